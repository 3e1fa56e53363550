using GenAI.Scheduling.Dispatch;
using GenAI.Simulator.Dispatching.Rivals;

namespace GenAI.Simulator.Dispatching;

/// <summary>The policies there are, by name.</summary>
internal static class Policies
{
    public const string Bound = "bound";

    private static readonly Dictionary<string, Func<int, DispatchOptions, bool, IDispatcher>> ByName = new(StringComparer.Ordinal)
    {
        ["genai"] = (_, options, knowsSpeeds) => new GenAIDispatcher(options, knowsSpeeds),
        ["swarmui"] = (_, _, _) => new SwarmUiRival(),
        ["least-requests"] = (_, _, _) => new LeastRequestsRival(),
        ["join-shortest-queue"] = (seed, _, _) => new JoinShortestQueueRival(new Random(seed)),
        ["power-of-two"] = (seed, _, _) => new PowerOfTwoRival(new Random(seed)),
        ["round-robin"] = (_, _, _) => new RoundRobinRival(),
        ["late-fifo"] = (_, _, _) => new LateFifoRival(),
        ["affinity-jsq"] = (_, _, _) => new AffinityJsqRival(),
        ["specification"] = (_, _, _) => new SpecificationRival(),
    };

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys, Bound];

    public static IDispatcher Create(string name, int seed, DispatchOptions options, bool knowsSpeeds = false) => ByName[name](seed, options, knowsSpeeds);
}
