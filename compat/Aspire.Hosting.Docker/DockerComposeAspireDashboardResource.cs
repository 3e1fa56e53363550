using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;

namespace Aspire.Hosting.Docker
{
    /// <summary>The official dashboard as a container of the Compose file, to which the other services send their telemetry.</summary>
    public class DockerComposeAspireDashboardResource(string name) : ContainerResource(name)
    {
        public EndpointReference PrimaryEndpoint => new(this, "http");

        public EndpointReference OtlpGrpcEndpoint => new(this, "otlp-grpc");
    }
}

namespace Aspire.Hosting
{
    public static class DockerComposeAspireDashboardResourceBuilderExtensions
    {
        /// <summary>The port of the machine; null keeps the dashboard on the Compose network.</summary>
        public static IResourceBuilder<DockerComposeAspireDashboardResource> WithHostPort(
            this IResourceBuilder<DockerComposeAspireDashboardResource> builder, int? port = null)
            => builder.WithEndpoint("http", endpoint =>
            {
                endpoint.Port = port;
                endpoint.IsExternal = port is not null;
            });

        public static IResourceBuilder<DockerComposeAspireDashboardResource> WithForwardedHeaders(
            this IResourceBuilder<DockerComposeAspireDashboardResource> builder, bool enabled = true)
            => builder.WithEnvironment("ASPIRE_DASHBOARD_FORWARDEDHEADERS_ENABLED", enabled ? "true" : "false");
    }
}
