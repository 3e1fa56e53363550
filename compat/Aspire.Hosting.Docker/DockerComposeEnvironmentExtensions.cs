using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources;

namespace Aspire.Hosting;

public static class DockerComposeEnvironmentExtensions
{
    // The dashboard of this version; an image without a tag would be another one next month.
    private const string DashboardImage = "mcr.microsoft.com/dotnet/nightly/aspire-dashboard";
    private const string DashboardTag = "13.5";

    /// <summary>Has the application published to a Compose file. While it runs here there is no such resource.</summary>
    public static IResourceBuilder<DockerComposeEnvironmentResource> AddDockerComposeEnvironment(
        this IDistributedApplicationBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var environment = new DockerComposeEnvironmentResource(name)
        {
            Dashboard = builder.CreateResourceBuilder(new DockerComposeAspireDashboardResource($"{name}-dashboard"))
                .WithImage(DashboardImage, DashboardTag)
                .WithHttpEndpoint(targetPort: 18888)
                .WithEndpoint("http", endpoint => endpoint.IsExternal = true)
                .WithHttpEndpoint(name: "otlp-grpc", targetPort: 18889)
                .WithHttpEndpoint(name: "otlp-http", targetPort: 18890)
                .PublishAsDockerComposeService((_, service) => service.Restart = "always"),
        };
        foreach (var step in environment.Steps)
            environment.Annotations.Add(step);
        return builder.ExecutionContext.IsRunMode ? builder.CreateResourceBuilder(environment) : builder.AddResource(environment);
    }

    public static IResourceBuilder<DockerComposeEnvironmentResource> WithProperties(
        this IResourceBuilder<DockerComposeEnvironmentResource> builder, Action<DockerComposeEnvironmentResource> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Resource);
        return builder;
    }

    /// <summary>Changes the whole file before it is written.</summary>
    public static IResourceBuilder<DockerComposeEnvironmentResource> ConfigureComposeFile(
        this IResourceBuilder<DockerComposeEnvironmentResource> builder, Action<ComposeFile> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Resource.ConfigureComposeFile += configure;
        return builder;
    }

    /// <summary>Changes the variables of the <c>.env</c> file before it is written.</summary>
    public static IResourceBuilder<DockerComposeEnvironmentResource> ConfigureEnvFile(
        this IResourceBuilder<DockerComposeEnvironmentResource> builder, Action<IDictionary<string, CapturedEnvironmentVariable>> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Resource.ConfigureEnvFile += configure;
        return builder;
    }

    public static IResourceBuilder<DockerComposeEnvironmentResource> WithDashboard(
        this IResourceBuilder<DockerComposeEnvironmentResource> builder, bool enabled = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.DashboardEnabled = enabled;
        return builder;
    }

    public static IResourceBuilder<DockerComposeEnvironmentResource> WithDashboard(
        this IResourceBuilder<DockerComposeEnvironmentResource> builder, Action<IResourceBuilder<DockerComposeAspireDashboardResource>> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Resource.DashboardEnabled = true;
        configure(builder.Resource.Dashboard ?? throw new InvalidOperationException("The environment has no dashboard."));
        return builder;
    }
}
