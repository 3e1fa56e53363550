using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching.Rivals;

namespace GenAI.Simulator.Dispatching;

/// <summary>The policies there are, by name.</summary>
internal static class Policies
{
    public const string Bound = "bound";

    private static readonly Dictionary<string, Func<int, DispatchOptions, IDispatcher>> ByName = new(StringComparer.Ordinal)
    {
        ["genai"] = (_, options) => new GenAIDispatcher(options),
        ["swarmui"] = (_, _) => new SwarmUiRival(),
        ["least-requests"] = (_, _) => new LeastRequestsRival(),
        ["join-shortest-queue"] = (seed, _) => new JoinShortestQueueRival(new Random(seed)),
        ["power-of-two"] = (seed, _) => new PowerOfTwoRival(new Random(seed)),
        ["round-robin"] = (_, _) => new RoundRobinRival(),
        ["late-fifo"] = (_, _) => new LateFifoRival(),
        ["affinity-jsq"] = (_, _) => new AffinityJsqRival(),
        ["specification"] = (_, _) => new SpecificationRival(),
    };

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys, Bound];

    public static IDispatcher Create(string name, int seed, DispatchOptions options) => ByName[name](seed, options);
}
