namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// What a load drops from memory may be wanted again. It keeps popular checkpoints on their instances and leaves the rest
/// to the instances whose checkpoints are wanted least.
/// </summary>
internal static class EvictionScorer
{
    public const string Name = "eviction";

    /// <param name="eviction">Seconds of loading that are expected to be paid later for what the load drops from memory.</param>
    /// <param name="congestion">Jobs that wait per instance: how many a second lost on one instance delays.</param>
    public static double Seconds(double eviction, double congestion, DispatchOptions options) =>
        eviction * (1 + options.EvictionPrice * congestion);
}
