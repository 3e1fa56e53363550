using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace Aspire.Hosting.Docker.Writing;

/// <summary>A service of the file, made of what its resource said.</summary>
internal sealed class ServiceWriter(DockerComposeServiceResource service)
{
    private static readonly HashSet<string> Shells = new(StringComparer.OrdinalIgnoreCase)
    {
        "sh", "bash", "/sh", "/bash", "/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/bash",
    };

    private readonly IResource _resource = service.TargetResource;
    private readonly ServiceValues _values = new(service);

    public Service Write(string network)
    {
        var node = new Service { Name = _resource.Name.ToLowerInvariant(), Networks = [network] };
        node.Image = ImageOf();
        if (_resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var containerName))
            node.ContainerName = containerName.Name;
        node.PullPolicy = PullPolicy();
        var entrypoint = (_resource as ContainerResource)?.Entrypoint;
        if (entrypoint is not null)
            node.Entrypoint.Add(entrypoint);

        foreach (var (name, value) in service.EnvironmentVariables)
            node.AddEnvironmentalVariable(name, _values.TextOf(value));
        var command = service.Args.Select(_values.TextOf);
        node.Command.AddRange(entrypoint is not null && Shells.Contains(entrypoint) ? command.Select(ShellDollars.Double) : command);

        node.Ports.AddRange(Endpoints(external: true).Distinct(StringComparer.OrdinalIgnoreCase));
        node.Expose.AddRange(Endpoints(external: false).Distinct(StringComparer.OrdinalIgnoreCase));
        node.AddVolumes(service.Volumes);
        foreach (var wait in _resource.Annotations.OfType<WaitAnnotation>().Where(wait => wait.Resource is ProjectResource || wait.Resource.IsContainer()))
            node.DependsOn[wait.Resource.Name.ToLowerInvariant()] = new ServiceDependency { Condition = ConditionOf(wait) };
        return node;
    }

    private static string ConditionOf(WaitAnnotation wait)
        => wait.WaitType == WaitType.WaitForCompletion ? "service_completed_successfully" : "service_started";

    private string? ImageOf()
    {
        if (_resource is ProjectResource || _resource.HasAnnotationOfType<DockerfileBuildAnnotation>())
            return service.AsContainerImagePlaceholder();
        return _resource.TryGetContainerImageName(out var image) ? image : null;
    }

    private string? PullPolicy() => _resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var annotation)
        ? annotation.ImagePullPolicy switch
        {
            ImagePullPolicy.Always => "always",
            ImagePullPolicy.Missing => "missing",
            ImagePullPolicy.Never => "never",
            _ => null,
        }
        : null;

    private IEnumerable<string> Endpoints(bool external) => service.Endpoints.Values
        .Where(endpoint => endpoint.IsExternal == external)
        .Select(endpoint => external && endpoint.HostPort is { } port
            ? string.Create(CultureInfo.InvariantCulture, $"{port}:{endpoint.Port}")
            : endpoint.Port);
}
