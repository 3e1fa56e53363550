namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// Loading a checkpoint delays the job, and every job that the instance could have served meanwhile: the more wait, the
/// dearer. That holds loads back exactly when they would tip a busy fleet over.
/// </summary>
internal static class LoadScorer
{
    public const string Name = "load";

    /// <param name="load">Seconds to load the checkpoint; 0 where it is warm.</param>
    /// <param name="congestion">Jobs that wait per instance: how many a second lost on one instance delays.</param>
    public static double Seconds(double load, double congestion, DispatchOptions options) =>
        load * Math.Min(options.LoadPriceCap, 1 + options.LoadPrice * congestion);
}
