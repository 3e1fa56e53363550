namespace GenAI.Scheduling.Scaling;

/// <summary>How many instances there should be, why, and what to remember until the next decision.</summary>
/// <param name="Reason">A sentence for the log and the console: the numbers that decided, then every limit that changed the result.</param>
/// <param name="Spot">How many of <paramref name="Desired"/> may be spot instances.</param>
public sealed record ScalingDecision(int Desired, int Spot, string Reason, ScalingState State);
