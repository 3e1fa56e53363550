using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.Docker;

/// <summary>What a project or container becomes in a Compose file.</summary>
public class DockerComposeServiceResource(string name, IResource resource, DockerComposeEnvironmentResource composeEnvironmentResource)
    : Resource(name), IResourceWithParent<DockerComposeEnvironmentResource>
{
    public DockerComposeEnvironmentResource Parent { get; } = composeEnvironmentResource;

    internal IResource TargetResource { get; } = resource;

    internal Dictionary<string, object> EnvironmentVariables { get; } = [];

    internal List<object> Args { get; } = [];

    internal List<Volume> Volumes { get; } = [];

    /// <summary>By the endpoint's name, in the order of declaration.</summary>
    internal Dictionary<string, ServiceEndpoint> Endpoints { get; } = [];

    /// <summary>Asks the resource for everything that the file says of it. Values stay values: others may not have been asked yet.</summary>
    internal async Task CollectAsync(FreePorts ports, PublishingRun run)
    {
        foreach (var (endpoint, targetPort, exposedPort, isChosen) in PublishedEndpoint.Of(TargetResource, ports))
        {
            Endpoints[endpoint.Name] = new ServiceEndpoint(
                endpoint.UriScheme,
                TargetResource.Name,
                targetPort?.ToString(CultureInfo.InvariantCulture) ?? this.AsContainerPortPlaceholder(),
                isChosen ? null : exposedPort,
                endpoint.IsExternal);
        }

        AddMounts();

        var environment = new EnvironmentCallbackContext(run.ExecutionContext, TargetResource, EnvironmentVariables, run.CancellationToken);
        foreach (var annotation in TargetResource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(environment);
        // Compose ends no TLS, so nothing may discover an https address.
        foreach (var (key, _) in EnvironmentVariables.Where(IsHttpsDiscovery).ToArray())
            EnvironmentVariables.Remove(key);

        var arguments = new CommandLineArgsCallbackContext(Args, TargetResource, run.CancellationToken) { ExecutionContext = run.ExecutionContext };
        foreach (var annotation in TargetResource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(arguments);
    }

    private static bool IsHttpsDiscovery(KeyValuePair<string, object> variable)
        => variable.Value is EndpointReference { Scheme: "https" } && variable.Key.StartsWith("services__", StringComparison.Ordinal);

    /// <summary>Paths of the machine that publishes mean nothing elsewhere: they are left open, but for the engine's socket.</summary>
    private void AddMounts()
    {
        var bindMounts = 0;
        foreach (var mount in TargetResource.Annotations.OfType<ContainerMountAnnotation>())
        {
            if (mount.Source is not { } source)
                throw new InvalidOperationException($"The volume at '{mount.Target}' of '{TargetResource.Name}' has no name, which Docker Compose needs.");

            var isBind = mount.Type == ContainerMountType.BindMount;
            var volume = source;
            if (isBind && !IsEngineSocket(source))
            {
                volume = $"{ComposeNames.Variable(TargetResource.Name)}_BINDMOUNT_{bindMounts++}";
                source = Parent.AddEnvironmentVariable(
                    volume, $"Bind mount source for {TargetResource.Name}:{mount.Target}", mount.Source, mount, TargetResource);
            }

            Volumes.Add(new Volume { Name = volume, Type = isBind ? "bind" : "volume", Target = mount.Target, Source = source, ReadOnly = mount.IsReadOnly });
        }
    }

    private static bool IsEngineSocket(string source) =>
        source.TrimStart('/').Equals("var/run/docker.sock", StringComparison.OrdinalIgnoreCase)
        || source.Equals(@"\\.\pipe\docker_engine", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Host">The service's name on the Compose network.</param>
/// <param name="Port">Where the container listens: a number, or a variable of the <c>.env</c> file.</param>
/// <param name="HostPort">The port of the machine, where one was asked for.</param>
internal sealed record ServiceEndpoint(string Scheme, string Host, string Port, int? HostPort, bool IsExternal);

internal static class ComposeNames
{
    public static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
