namespace GenAI.Scheduling.PassThrough;

/// <summary>Fewest requests in flight; between equals the lower load score, then the first.</summary>
public sealed class LeastRequestsPolicy : IBalancingPolicy
{
    public string Name => "LeastRequests";

    public int Choose(ReadOnlySpan<Destination> destinations)
    {
        var best = destinations.Length - 1;
        for (var i = best - 1; i >= 0; i--)
        {
            if (!IsLighter(destinations[best], destinations[i])) best = i;
        }

        return best;
    }

    internal static bool IsLighter(in Destination one, in Destination other) =>
        one.InFlight < other.InFlight || (one.InFlight == other.InFlight && one.LoadScore < other.LoadScore);
}
