namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// Loading a checkpoint delays the job, and every job that the instance could have served meanwhile: the more wait, the
/// dearer. That holds loads back exactly when they would tip a busy fleet over. But a copy that is worth more than the one it
/// displaces saves the loads of later jobs: were that not counted, a fleet would stay as it was dealt out, with a queue before the
/// copies of what nearly all ask for and the other instances idle.
/// </summary>
internal static class LoadScorer
{
    public const string Name = "load";

    /// <param name="load">Seconds to load the checkpoint; 0 where it is warm.</param>
    /// <param name="gain">Seconds of loading that the copy is expected to save later, beyond those that what it displaces would have saved.</param>
    /// <param name="congestion">Jobs that wait per instance: how many a second lost on one instance delays.</param>
    public static double Seconds(double load, double gain, double congestion, DispatchOptions options)
    {
        // Where the price of loads stops rising, so does what is given back of it.
        var price = Math.Min(options.LoadPriceCap, 1 + options.LoadPrice * congestion);
        var counted = options.LoadPrice > 0 ? Math.Min(congestion, (price - 1) / options.LoadPrice) : congestion;
        return load * price - EvictionScorer.Seconds(gain, counted, options);
    }
}
