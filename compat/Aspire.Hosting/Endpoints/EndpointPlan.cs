using System.Collections.Immutable;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Where an endpoint lies: the port others use, and the port that each instance listens on. Where they differ, connections are
/// relayed from the one to the others.
/// </summary>
internal sealed record EndpointPlan(EndpointAnnotation Endpoint, int PublicPort, ImmutableArray<int> InstancePorts, bool NeedsRelay);

/// <summary>
/// Gives each endpoint of a resource its ports. A proxied endpoint without a target port and with one instance needs no relay:
/// the process is told to listen on the public port itself.
/// </summary>
internal sealed class EndpointPlanner(LocalPorts ports, bool randomizePorts)
{
    public ImmutableArray<EndpointPlan> Plan(IResource resource)
    {
        var proxySupport = !resource.TryGetLastAnnotation<ProxySupportAnnotation>(out var support) || support.ProxyEnabled;
        return [.. resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => Plan(resource, endpoint, proxySupport))];
    }

    /// <summary>The ports that the resource will take whatever is given to others.</summary>
    public IEnumerable<int> FixedPorts(IResource resource)
        => resource.Annotations.OfType<EndpointAnnotation>().SelectMany<EndpointAnnotation, int?>(e => [e.Port, e.TargetPort]).OfType<int>();

    private EndpointPlan Plan(IResource resource, EndpointAnnotation endpoint, bool proxySupport)
    {
        var replicas = resource.GetReplicaCount();
        endpoint.IsProxied = endpoint.IsExplicitlyProxied ?? proxySupport;
        Validate(resource, endpoint, replicas);

        int? wanted = endpoint.Port is > 0 && !(randomizePorts && endpoint.IsProxied) ? endpoint.Port : null;
        if (!endpoint.IsProxied)
        {
            var port = wanted ?? ports.Next();
            return new(endpoint, port, [port], NeedsRelay: false);
        }

        var publicPort = wanted ?? ports.Next();
        if (endpoint.TargetPort is { } target)
            return new(endpoint, publicPort, [target], NeedsRelay: true);
        return replicas == 1
            ? new(endpoint, publicPort, [publicPort], NeedsRelay: false)
            : new(endpoint, publicPort, [.. Enumerable.Range(0, replicas).Select(_ => ports.Next())], NeedsRelay: true);
    }

    private static void Validate(IResource resource, EndpointAnnotation endpoint, int replicas)
    {
        var what = $"The endpoint '{endpoint.Name}' for resource '{resource.Name}'";
        if (endpoint.IsProxied && endpoint.TargetPort is { } target && target == endpoint.Port)
        {
            throw new DistributedApplicationException(
                $"{what} requested a proxy (IsProxied is true). Non-container resources cannot be proxied when both TargetPort and Port "
                + $"are specified with the same value ({target}): leave one of them out, or set IsProxied to false.");
        }

        if (endpoint.IsProxied && endpoint.Protocol != ProtocolType.Tcp && (endpoint.TargetPort is not null || replicas > 1))
            throw new DistributedApplicationException($"{what} would need a {endpoint.Protocol} proxy; only TCP is proxied. Set IsProxied to false.");
        if (replicas > 1 && (!endpoint.IsProxied || endpoint.TargetPort is not null))
        {
            throw new DistributedApplicationException(
                $"{what} has one port for {replicas} replicas: with replicas an endpoint must be proxied and have no TargetPort.");
        }
    }
}
