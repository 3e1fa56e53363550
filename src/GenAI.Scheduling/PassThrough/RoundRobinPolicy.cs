namespace GenAI.Scheduling.PassThrough;

/// <summary>One destination after the other. Safe for concurrent use.</summary>
public sealed class RoundRobinPolicy : IBalancingPolicy
{
    private uint _turn = uint.MaxValue;

    public string Name => "RoundRobin";

    public int Choose(ReadOnlySpan<Destination> destinations) =>
        destinations.Length == 0 ? -1 : (int)(Interlocked.Increment(ref _turn) % (uint)destinations.Length);
}
