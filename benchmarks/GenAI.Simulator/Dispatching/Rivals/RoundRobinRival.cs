namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>One instance after the other.</summary>
internal sealed class RoundRobinRival : EarlyBinding
{
    private int _turn;

    public override string Name => "round-robin";

    protected override SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet) =>
        candidates[_turn++ % candidates.Count];
}
