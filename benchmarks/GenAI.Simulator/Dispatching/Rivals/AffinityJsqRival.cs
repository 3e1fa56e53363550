namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>
/// The shortest queue among the instances whose queue ends with the request's checkpoint, unless the shortest of all is
/// shorter by two requests or more: then that one.
/// </summary>
internal sealed class AffinityJsqRival : EarlyBinding
{
    private const int Patience = 2;

    public override string Name => "affinity-jsq";

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet)
    {
        var shortest = candidates.MinBy(InFlight)!;
        var warm = candidates.Where(instance => string.Equals(LastCheckpoint(instance), job.Checkpoint, StringComparison.Ordinal)).MinBy(InFlight);
        return warm is not null && InFlight(warm) - InFlight(shortest) < Patience ? warm : shortest;
    }
}
