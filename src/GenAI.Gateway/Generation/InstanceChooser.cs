using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Balancing;
using GenAI.Gateway.Routing.Ejection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Generation;

/// <summary>
/// Chooses the instance for a job among those that YARP would pass a request to, so that both kinds of request see the same health
/// and the same ejections.
/// </summary>
internal sealed class InstanceChooser(
    IProxyStateLookup proxy, Fleet fleet, LeastLoadedPolicy policy, OutlierEjectionPolicy ejection, InstanceJobs jobs)
{
    private readonly Lock _lock = new();

    /// <summary>The least loaded instance that is not in <paramref name="except"/>; null when there is none.</summary>
    public InstanceLease? TryTake(string model, IReadOnlySet<string> except)
    {
        if (!proxy.TryGetCluster(model, out var cluster)) return null;

        // Choosing and counting are one step: of several jobs at once, each must see the ones before it.
        lock (_lock)
        {
            var candidates = Candidates(cluster, except);
            if (candidates.Count == 0) return null;
            var destination = policy.Pick(candidates);
            return fleet.Current.TryGetInstance(destination.DestinationId, out var instance)
                ? new InstanceLease(instance, jobs.Begin(instance.Id), outcome => ejection.Report(cluster, destination, outcome))
                : null;
        }
    }

    private List<DestinationState> Candidates(ClusterState cluster, IReadOnlySet<string> except) =>
    [
        .. cluster.DestinationsState.AvailableDestinations.Where(destination =>
            !except.Contains(destination.DestinationId)
            && fleet.Current.TryGetInstance(destination.DestinationId, out var instance)
            && instance.State.TakesRequests()),
    ];
}
