namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>On a slower GPU the work takes longer; on a faster one than the reference it takes less, and so the score is negative.</summary>
/// <remarks>
/// By default it has half the weight that the job's own time would give it. A job that waits for a faster instance leaves a slower one idle
/// and holds up those that come after it, so that a slow one is best used sooner than each job would want for itself (the slow-server problem;
/// Lin and Kumar, "Optimal control of a queueing system with two heterogeneous servers", 1984).
/// </remarks>
internal static class SpeedScorer
{
    public const string Name = "speed";

    /// <param name="service">Seconds of work on the reference GPU.</param>
    /// <param name="slowness">As <see cref="Slowness"/>.</param>
    public static double Seconds(double service, double slowness) => service * slowness;

    /// <summary>By how much each second of work takes longer on the instance.</summary>
    public static double Slowness(InstanceView instance) => instance.Speed > 0 ? 1 / instance.Speed - 1 : double.PositiveInfinity;
}
