namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>The shortest queue, the running request included, a random one among equals.</summary>
internal sealed class JoinShortestQueueRival(Random random) : EarlyBinding
{
    public override string Name => "join-shortest-queue";

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet)
    {
        var shortest = candidates.Min(InFlight);
        var equals = candidates.Where(instance => InFlight(instance) == shortest).ToArray();
        return equals[random.Next(equals.Length)];
    }
}
