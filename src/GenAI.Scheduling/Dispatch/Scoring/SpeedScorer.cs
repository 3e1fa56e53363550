namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>On a slower GPU the work takes longer; on a faster one than the reference it takes less, and so the score is negative.</summary>
internal static class SpeedScorer
{
    public const string Name = "speed";

    /// <param name="service">Seconds of work on the reference GPU.</param>
    /// <param name="slowness">As <see cref="Slowness"/>.</param>
    public static double Seconds(double service, double slowness) => service * slowness;

    /// <summary>By how much each second of work takes longer on the instance.</summary>
    public static double Slowness(InstanceView instance) => instance.Speed > 0 ? 1 / instance.Speed - 1 : double.PositiveInfinity;
}
