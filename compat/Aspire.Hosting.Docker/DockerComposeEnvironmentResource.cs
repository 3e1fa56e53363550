using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Writing;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.Docker;

/// <summary>A Compose file that the application's containers and projects are published to.</summary>
public class DockerComposeEnvironmentResource(string name) : Resource(name), IComputeEnvironmentResource
{
    /// <summary><c>aspire</c> unless it is set.</summary>
    public string? DefaultNetworkName { get; set; }

    public bool DashboardEnabled { get; set; } = true;

    internal Action<ComposeFile>? ConfigureComposeFile { get; set; }

    internal Action<IDictionary<string, CapturedEnvironmentVariable>>? ConfigureEnvFile { get; set; }

    internal IResourceBuilder<DockerComposeAspireDashboardResource>? Dashboard { get; set; }

    /// <summary>In the order in which they were first needed.</summary>
    internal Dictionary<string, CapturedEnvironmentVariable> CapturedEnvironmentVariables { get; } = [];

    /// <summary>The services in the order of the file.</summary>
    internal List<DockerComposeServiceResource> Services { get; } = [];

    /// <exception cref="DistributedApplicationException">The resource is not in this Compose file.</exception>
    internal DockerComposeServiceResource ServiceOf(IResource resource)
        => Services.Find(service => service.TargetResource == resource) ?? throw new DistributedApplicationException(
            $"The resource '{resource.Name}' is referred to, but is not a service of the Docker Compose environment '{Name}'.");

    /// <summary>What publishing does for this file, step by step.</summary>
    internal IEnumerable<PublishingStep> Steps =>
    [
        new($"prepare-deployment-targets-{Name}", BindAsync, [], [PublishingStep.Bind]),
        new($"publish-{Name}", run => new ComposePublisher(this, run).WriteAsync(), [PublishingStep.Bind], [PublishingStep.Publish]),
        new($"prepare-{Name}", run => new ComposePublisher(this, run).WriteValuesAsync(), [PublishingStep.Publish], []),
    ];

    /// <returns><c>${NAME}</c></returns>
    internal string AddEnvironmentVariable(
        string name, string? description = null, string? defaultValue = null, object? source = null, IResource? resource = null)
    {
        CapturedEnvironmentVariables[name] = new CapturedEnvironmentVariable
        {
            Name = name,
            Description = description,
            DefaultValue = defaultValue,
            Source = source,
            Resource = resource,
        };
        return $"${{{name}}}";
    }

    private async Task BindAsync(PublishingRun run)
    {
        var ports = new FreePorts();
        var dashboard = DashboardEnabled ? Dashboard?.Resource : null;
        if (dashboard is not null)
            await BindAsync(dashboard, ports, run);
        foreach (var resource in run.Model.Resources.Where(IsService).ToArray())
        {
            if (dashboard is not null && resource is IResourceWithEnvironment && resource.HasAnnotationOfType<OtlpExporterAnnotation>())
                resource.Annotations.Add(TelemetryTo(dashboard, resource.Name));
            await BindAsync(resource, ports, run);
        }
    }

    private async Task BindAsync(IResource resource, FreePorts ports, PublishingRun run)
    {
        var service = new DockerComposeServiceResource(resource.Name, resource, this);
        Services.Add(service);
        await service.CollectAsync(ports, run);
        resource.Annotations.Add(new DeploymentTargetAnnotation(service) { ComputeEnvironment = this });
    }

    private static bool IsService(IResource resource)
        => !resource.IsExcludedFromPublish()
            && (resource.IsContainer() || resource is ProjectResource)
            && !(resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && !build.HasEntrypoint);

    private static EnvironmentCallbackAnnotation TelemetryTo(DockerComposeAspireDashboardResource dashboard, string name)
        => new((EnvironmentCallbackContext context) =>
        {
            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.OtlpGrpcEndpoint;
            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = name;
        });
}
