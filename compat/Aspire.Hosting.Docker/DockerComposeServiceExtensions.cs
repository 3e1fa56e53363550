using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace Aspire.Hosting;

public static class DockerComposeServiceExtensions
{
    /// <summary>Says of the resource's service what the application model cannot: health check, limits, user, mounts in memory…</summary>
    public static IResourceBuilder<T> PublishAsDockerComposeService<T>(
        this IResourceBuilder<T> builder, Action<DockerComposeServiceResource, Service> configure)
        where T : IComputeResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? builder.WithAnnotation(new DockerComposeServiceCustomizationAnnotation(configure))
            : builder;
    }

    /// <summary><c>{db.outputs.host}</c> becomes the variable <c>${DB_OUTPUTS_HOST}</c>.</summary>
    public static string AsEnvironmentPlaceholder(
        this IManifestExpressionProvider manifestExpressionProvider, DockerComposeServiceResource dockerComposeService)
    {
        ArgumentNullException.ThrowIfNull(manifestExpressionProvider);
        ArgumentNullException.ThrowIfNull(dockerComposeService);
        var name = ComposeNames.Variable(manifestExpressionProvider.ValueExpression.Trim('{', '}'));
        return dockerComposeService.Parent.AddEnvironmentVariable(name, source: manifestExpressionProvider);
    }

    public static string AsEnvironmentPlaceholder(this IResourceBuilder<ParameterResource> builder, DockerComposeServiceResource dockerComposeService)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.AsEnvironmentPlaceholder(dockerComposeService);
    }

    public static string AsEnvironmentPlaceholder(this ParameterResource parameter, DockerComposeServiceResource dockerComposeService)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(dockerComposeService);
        return dockerComposeService.Parent.AddEnvironmentVariable(
            ComposeNames.Variable(parameter.Name), $"Parameter {parameter.Name}", source: parameter);
    }

    /// <summary>Images that are built have their names when they are built: <c>${API_IMAGE}</c>.</summary>
    internal static string AsContainerImagePlaceholder(this DockerComposeServiceResource service)
        => service.Parent.AddEnvironmentVariable(
            $"{ComposeNames.Variable(service.TargetResource.Name)}_IMAGE",
            $"Container image name for {service.TargetResource.Name}",
            $"{service.TargetResource.Name}:latest",
            resource: service.TargetResource);

    internal static string AsContainerPortPlaceholder(this DockerComposeServiceResource service)
        => service.Parent.AddEnvironmentVariable(
            $"{ComposeNames.Variable(service.TargetResource.Name)}_PORT",
            $"Default container port for {service.TargetResource.Name}",
            "8080",
            resource: service.TargetResource);
}
