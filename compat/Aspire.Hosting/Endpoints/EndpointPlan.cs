using System.Collections.Immutable;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Where an endpoint lies: the port others use, and the port that each instance listens on. Where they differ, connections are
/// relayed from the one to the others.
/// </summary>
internal sealed record EndpointPlan(EndpointAnnotation Endpoint, int PublicPort, ImmutableArray<int> InstancePorts, bool NeedsRelay)
{
    /// <summary>The ports of this machine that must be free when the resource starts.</summary>
    public ImmutableArray<int> HostPorts { get; init; } = [PublicPort, .. InstancePorts.Where(port => port != PublicPort)];

    /// <summary>The container engine gives the container's port one of this machine's, and the public port leads there.</summary>
    public bool IsPublishedAnywhere { get; init; }
}

/// <summary>
/// Gives each endpoint of a resource its ports. A proxied endpoint without a target port and with one instance needs no relay:
/// the process is told to listen on the public port itself.
/// </summary>
internal sealed class EndpointPlanner(LocalPorts ports, bool randomizePorts)
{
    public ImmutableArray<EndpointPlan> Plan(IResource resource)
    {
        var proxySupport = !resource.TryGetLastAnnotation<ProxySupportAnnotation>(out var support) || support.ProxyEnabled;
        return [.. resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint =>
        {
            endpoint.IsProxied = endpoint.IsExplicitlyProxied ?? proxySupport;
            return resource is ContainerResource container ? Plan(container, endpoint) : Plan(resource, endpoint);
        })];
    }

    /// <summary>The ports that the resource will take whatever is given to others.</summary>
    public IEnumerable<int> FixedPorts(IResource resource)
        => resource.Annotations.OfType<EndpointAnnotation>()
            .SelectMany<EndpointAnnotation, int?>(e => resource is ContainerResource ? [e.SpecifiedPort] : [e.Port, e.TargetPort])
            .OfType<int>();

    /// <summary>
    /// The engine publishes the container's port at the public one itself. Not that of a persistent container whose public port is
    /// another at each start, or proxied: it would have to be made anew each time, so the engine chooses and connections are relayed.
    /// </summary>
    private EndpointPlan Plan(ContainerResource container, EndpointAnnotation endpoint)
    {
        if (endpoint.TargetPort is not > 0)
        {
            throw new DistributedApplicationException(
                $"The endpoint '{endpoint.Name}' for container resource '{container.Name}' must specify the TargetPort value: the port that "
                + "the program in the container listens on.");
        }

        var target = endpoint.TargetPort.Value;
        var wanted = randomizePorts && endpoint.IsProxied ? null : endpoint.SpecifiedPort;
        var port = wanted ?? ports.Next();
        var isPersistent = container.IsPersistent();
        var isPublishedAnywhere = isPersistent && endpoint.Protocol == ProtocolType.Tcp && (endpoint.IsProxied || wanted is null);
        return new(endpoint, port, [target], NeedsRelay: false)
        {
            // The port of a persistent container may be taken by the container itself.
            HostPorts = isPersistent && !isPublishedAnywhere ? [] : [port],
            IsPublishedAnywhere = isPublishedAnywhere,
        };
    }

    private EndpointPlan Plan(IResource resource, EndpointAnnotation endpoint)
    {
        var replicas = resource.GetReplicaCount();
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
