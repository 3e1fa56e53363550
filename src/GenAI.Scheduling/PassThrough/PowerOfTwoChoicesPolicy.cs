namespace GenAI.Scheduling.PassThrough;

/// <summary>
/// Two different destinations at random, the lighter of them (Mitzenmacher, "The power of two choices in randomized load
/// balancing", 2001): close to the fewest requests without every gateway choosing the same one.
/// </summary>
public sealed class PowerOfTwoChoicesPolicy(Random random) : IBalancingPolicy
{
    private readonly Lock _lock = new();

    public string Name => "PowerOfTwoChoices";

    public int Choose(ReadOnlySpan<Destination> destinations)
    {
        if (destinations.Length <= 1) return destinations.Length - 1;
        int first, second;
        lock (_lock)
        {
            first = random.Next(destinations.Length);
            second = (first + 1 + random.Next(destinations.Length - 1)) % destinations.Length;
        }

        return LeastRequestsPolicy.IsLighter(destinations[second], destinations[first]) ? second : first;
    }
}
