namespace GenAI.Simulator.Scaling;

/// <summary>One job: when it comes and how long an instance needs for it, in seconds.</summary>
internal readonly record struct ScaleJob(double Arrival, double Service);
