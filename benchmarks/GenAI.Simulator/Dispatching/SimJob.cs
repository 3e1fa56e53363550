namespace GenAI.Simulator.Dispatching;

/// <summary>A request on its way through the simulated fleet. Times are seconds of simulated time.</summary>
internal sealed class SimJob
{
    public required int Index { get; init; }

    public required double Arrival { get; init; }

    public required double Execution { get; init; }

    public required string Checkpoint { get; init; }

    public required string Tenant { get; init; }

    public int Steps { get; init; }

    public int Images { get; init; } = 1;

    public int Loras { get; init; }

    public string Type { get; init; } = "";

    public string Model { get; init; } = "";

    /// <summary>Seconds to load its checkpoint, should this request be the one that has to.</summary>
    public required double CheckpointLoad { get; init; }

    /// <summary>Seconds to load its LoRAs.</summary>
    public double LoraLoad { get; init; }

    public double Start { get; set; } = double.NaN;

    public double Finish { get; set; } = double.NaN;

    public int Attempts { get; set; }

    /// <summary>Instances that died of it.</summary>
    public List<int> Avoid { get; } = [];

    /// <summary>How long it had waited when a younger request was last started instead of it.</summary>
    public double PassedOver { get; set; }

    public double Response => Finish - Arrival;
}
