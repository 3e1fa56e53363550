using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Turns a container resource into what the engine's <c>create</c> is told.</summary>
internal sealed class ContainerPlanner(LaunchValues values, SessionNetwork network)
{
    public async Task<ContainerPlan> PlanAsync(
        ResourceInstance instance,
        (string Reference, string Id) image,
        SessionNetwork.Network joined,
        ImmutableArray<EndpointPlan> endpoints,
        CancellationToken cancellationToken)
    {
        var container = (ContainerResource)instance.Resource;
        var context = values.ContextOf(container, (port, _) => new(network.HostPort(joined.Engine, joined, port)));
        var environment = await values.EnvironmentOfAsync(container, context, cancellationToken);
        var arguments = await values.ArgumentsOfAsync(container, context, cancellationToken);
        var runtimeArguments = await values.RuntimeArgumentsOfAsync(container, context, cancellationToken);

        List<string> options = [.. Network(container, joined, runtimeArguments)];
        options.AddRange(endpoints.SelectMany(endpoint => new[] { "--publish", Publish(endpoint) }));
        options.AddRange(container.Annotations.OfType<ContainerMountAnnotation>().SelectMany(mount => new[] { "--mount", Mount(mount) }));
        if (!string.IsNullOrEmpty(container.Entrypoint))
            options.AddRange(["--entrypoint", container.Entrypoint]);
        options.AddRange(runtimeArguments);
        return new ContainerPlan(
            instance.Id,
            image.Reference,
            image.Id,
            [.. options.Select(option => InstanceTemplate.Fill(option, instance.Values))],
            [.. arguments.Select(argument => InstanceTemplate.Fill(argument, instance.Values))],
            environment.ToDictionary(variable => variable.Key, variable => InstanceTemplate.Fill(variable.Value, instance.Values)));
    }

    private static IEnumerable<string> Network(ContainerResource container, SessionNetwork.Network joined, List<string> runtimeArguments)
    {
        // The user's own choice of a network, such as the host's, stands.
        if (runtimeArguments.Any(argument => argument is "--network" or "--net" || argument.StartsWith("--network=", StringComparison.Ordinal)
            || argument.StartsWith("--net=", StringComparison.Ordinal)))
        {
            return [];
        }

        string[] names = [container.Name, ContainerHostNames.Of(container), .. container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(alias => alias.Alias)];
        // Podman gives every container this machine's name by itself, and knows no host-gateway before version 4.7.
        var isDockerOnLinux = joined.Engine.Name == "docker" && OperatingSystem.IsLinux();
        var gateway = joined.LocalGateway?.ToString() ?? (isDockerOnLinux ? "host-gateway" : null);
        return
        [
            "--network", joined.Name,
            .. names.Distinct().SelectMany(name => new[] { "--network-alias", name }),
            .. gateway is null ? Array.Empty<string>() : ["--add-host", $"{joined.Engine.HostName}:{gateway}"],
        ];
    }

    // [address:][port of this machine]:port of the container/protocol
    private static string Publish(EndpointPlan plan)
    {
        var endpoint = plan.Endpoint;
        var address = endpoint.TargetHost is "localhost" or "" ? "127.0.0.1" : endpoint.TargetHost is "*" or "+" ? "0.0.0.0" : endpoint.TargetHost;
        if (address.Contains(':', StringComparison.Ordinal) && address[0] != '[')
            address = $"[{address}]";
        var port = plan.IsPublishedAnywhere ? "" : plan.PublicPort.ToString(CultureInfo.InvariantCulture);
        return $"{address}:{port}:{plan.InstancePorts[0]}/{(endpoint.Protocol == ProtocolType.Udp ? "udp" : "tcp")}";
    }

    private static string Mount(ContainerMountAnnotation mount) => string.Join(',', new[]
    {
        mount.Type == ContainerMountType.BindMount ? "type=bind" : "type=volume",
        mount.Source is { Length: > 0 } source ? Field("source", source) : null,
        Field("target", mount.Target),
        mount.IsReadOnly ? "readonly" : null,
    }.OfType<string>());

    // The engine reads the mount as a line of comma-separated values.
    private static string Field(string name, string value)
        => value.AsSpan().IndexOfAny(',', '"') < 0 ? $"{name}={value}" : $"\"{name}={value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
