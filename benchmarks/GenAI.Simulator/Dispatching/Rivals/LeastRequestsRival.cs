namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>Fewest requests in flight, the first among equals, as YARP's policy of that name.</summary>
internal sealed class LeastRequestsRival : EarlyBinding
{
    public override string Name => "least-requests";

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet) =>
        candidates.MinBy(InFlight)!;
}
