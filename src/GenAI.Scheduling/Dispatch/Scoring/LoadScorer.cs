namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// Loading a checkpoint delays the job, and every job that the instance could have served meanwhile: the more wait, the
/// dearer. That holds loads back exactly when they would tip a busy fleet over.
/// </summary>
internal sealed class LoadScorer : IPairingScorer
{
    public string Name => "load";

    public double Seconds(in Pairing pairing, DispatchOptions options) =>
        pairing.Load * Math.Min(options.LoadPriceCap, 1 + options.LoadPrice * pairing.Congestion);
}
