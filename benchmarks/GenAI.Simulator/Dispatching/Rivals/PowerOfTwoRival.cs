namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>Two at random, the one with fewer requests in flight (Mitzenmacher, "The power of two choices", 2001).</summary>
internal sealed class PowerOfTwoRival(Random random) : EarlyBinding
{
    public override string Name => "power-of-two";

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet)
    {
        if (candidates.Count == 1) return candidates[0];
        var first = random.Next(candidates.Count);
        var second = (first + 1 + random.Next(candidates.Count - 1)) % candidates.Count;
        return InFlight(candidates[second]) < InFlight(candidates[first]) ? candidates[second] : candidates[first];
    }
}
