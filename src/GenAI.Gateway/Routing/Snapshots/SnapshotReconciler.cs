using System.Collections.Immutable;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>
/// Makes a received snapshot safe to use. Pure.
/// <list type="bullet">
/// <item>Instances that cannot be routed to (no http address, a name that is no path segment, an id seen before) are left out and reported.</item>
/// <item>So are rules for the traffic of a model that cannot be followed; the model's active track is then <c>stable</c>, without a canary.</item>
/// <item>
/// A control plane that has just been restarted calls every instance <c>starting</c> until it has probed it. For an instance that took
/// requests before and has the same address, the earlier state is kept until the new control plane has come to a judgement,
/// so that restarting the orchestrator interrupts nothing. Example: a was healthy; the first snapshot of a new connection says starting,
/// and a stays healthy; the next says starting, the same; the next says unhealthy, and a is unhealthy.
/// </item>
/// </list>
/// </summary>
internal static class SnapshotReconciler
{
    /// <param name="current">What the gateway goes by now.</param>
    /// <param name="received">What the control plane has sent.</param>
    /// <param name="isFirst">Whether it is the first one of a new connection: the control plane may be another process than before.</param>
    /// <param name="unjudged">Ids whose earlier state is being kept since such a first snapshot.</param>
    public static ReconciledSnapshot Reconcile(
        InstanceSnapshot current, InstanceSnapshot received, bool isFirst, ImmutableHashSet<string> unjudged)
    {
        var before = current.Instances.ToDictionary(instance => instance.Id, StringComparer.Ordinal);
        var kept = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<string>();
        var instances = ImmutableArray.CreateBuilder<Instance>(received.Instances.Length);

        foreach (var instance in received.Instances)
        {
            if (Problem(instance, seen) is { } problem)
            {
                problems.Add(problem);
                continue;
            }

            var keeps = (isFirst || unjudged.Contains(instance.Id)) && KeepsState(before.GetValueOrDefault(instance.Id), instance);
            if (keeps) kept.Add(instance.Id);
            instances.Add(keeps ? instance with { State = before[instance.Id].State } : instance);
        }

        var snapshot = new InstanceSnapshot(received.Version, instances.ToImmutable()) { Traffic = Usable(received.Traffic, problems) };
        return new ReconciledSnapshot(snapshot, kept.ToImmutable(), [.. problems]);
    }

    private static ImmutableArray<ModelTraffic> Usable(ImmutableArray<ModelTraffic> received, List<string> problems)
    {
        var usable = new Dictionary<string, ModelTraffic>(StringComparer.Ordinal);
        foreach (var traffic in received)
        {
            var before = problems.Count;
            problems.AddRange(traffic.Problems().Select(problem => $"the traffic of '{traffic.Model}': {problem}"));
            if (problems.Count == before && !usable.TryAdd(traffic.Model, traffic)) problems.Add($"the traffic of '{traffic.Model}' is given twice");
        }

        return [.. usable.Values];
    }

    private static bool KeepsState(Instance? before, Instance now) =>
        before is not null && before.State.TakesRequests() && now.State == InstanceState.Starting && before.Endpoint == now.Endpoint;

    private static string? Problem(Instance instance, HashSet<string> seen)
    {
        if (instance.Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            return $"instance '{instance.Id}' has the address '{instance.Endpoint}', not an absolute http or https one";
        if (instance.Model.Length == 0 || !instance.Model.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            return $"instance '{instance.Id}' is of the model '{instance.Model}', a name that cannot stand in an address";
        return seen.Add(instance.Id) ? null : $"there are two instances '{instance.Id}'";
    }
}
