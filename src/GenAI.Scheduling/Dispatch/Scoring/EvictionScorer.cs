namespace GenAI.Scheduling.Dispatch.Scoring;

/// <summary>
/// What a load drops from memory may be wanted again. It keeps popular checkpoints on their instances and leaves the rest
/// to the instances whose checkpoints are wanted least.
/// </summary>
internal sealed class EvictionScorer : IPairingScorer
{
    public string Name => "eviction";

    public double Seconds(in Pairing pairing, DispatchOptions options) =>
        pairing.Eviction * (1 + options.EvictionPrice * pairing.Congestion);
}
