using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Routing.Draining;
using GenAI.Gateway.Routing.FastPath;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Balancing;

/// <summary>
/// The instance of the lowest <see cref="InstanceRank"/>. Every instance is looked at (there are dozens, not thousands); among equals the
/// turn goes round, so that idle instances share the work.
/// </summary>
internal sealed class LeastLoadedPolicy(Fleet fleet, InstanceJobs jobs, PassThroughLoad load) : ILoadBalancingPolicy
{
    public const string PolicyName = "LeastLoaded";

    private uint _turn;

    public string Name => PolicyName;

    public DestinationState? PickDestination(
        HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations) =>
        FailedAttempt.Choice(context, availableDestinations) ?? Pick(availableDestinations);

    /// <summary>The best of at least one.</summary>
    public DestinationState Pick(IReadOnlyList<DestinationState> candidates)
    {
        var view = fleet.Current;
        var count = candidates.Count;
        var start = (int)(Interlocked.Increment(ref _turn) % (uint)count);
        var best = candidates[start];
        var bestRank = Rank(view, best);
        for (var i = 1; i < count; i++)
        {
            var candidate = candidates[(start + i) % count];
            var rank = Rank(view, candidate);
            if (rank < bestRank) (best, bestRank) = (candidate, rank);
        }

        return best;
    }

    private InstanceRank Rank(FleetView view, DestinationState destination)
    {
        view.TryGetInstance(destination.DestinationId, out var instance);
        return InstanceRank.Of(instance, load.Of(destination) + jobs.Count(destination.DestinationId));
    }
}
