namespace GenAI.Simulator.Scaling;

/// <summary>One job: when it comes, how long an instance needs for it, in seconds, and which model it is for.</summary>
internal readonly record struct ScaleJob(double Arrival, double Service, string Model = "");
