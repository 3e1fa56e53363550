using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.Ejection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Dispatch;

/// <summary>The ejections that passed-through requests cause, which jobs heed and cause too.</summary>
internal sealed class InstanceHealth(IProxyStateLookup proxy, OutlierEjectionPolicy ejection)
{
    /// <summary>Whether new jobs may go there.</summary>
    public bool TakesJobs(Instance instance) =>
        instance.State.TakesRequests() && (Find(instance) is not var (_, destination) || destination.Health.Passive != DestinationHealth.Unhealthy);

    public void Report(Instance instance, bool answered)
    {
        if (Find(instance) is var (cluster, destination))
            ejection.Report(cluster, destination, answered ? RequestOutcome.Answered : RequestOutcome.GatewayError);
    }

    private (ClusterState Cluster, DestinationState Destination)? Find(Instance instance) =>
        proxy.TryGetCluster(instance.Model, out var cluster) && cluster.Destinations.TryGetValue(instance.Id, out var destination)
            ? (cluster, destination)
            : null;
}
