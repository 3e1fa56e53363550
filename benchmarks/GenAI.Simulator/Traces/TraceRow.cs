namespace GenAI.Simulator.Traces;

/// <summary>One request of a trace: when it came and what it asked for.</summary>
/// <param name="Arrival">Seconds since the trace's origin.</param>
/// <param name="Execution">Seconds that an instance needs for it, loading aside.</param>
/// <param name="Model">The model service it is for; empty where there is one.</param>
internal sealed record TraceRow(
    double Arrival, double Execution, int Steps, int Images, string Checkpoint, int Loras, string Type, string Tenant, string Model = "");
