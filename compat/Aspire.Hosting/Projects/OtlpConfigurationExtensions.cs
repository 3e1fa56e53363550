using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public static class OtlpConfigurationExtensions
{
    /// <summary>Tells the resource its telemetry's name and, where there is one, the endpoint to send it to.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment);
        return builder;
    }

    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);
        resource.Annotations.Add(new OtlpExporterAnnotation());
        resource.Annotations.Add(new EnvironmentCallbackAnnotation((EnvironmentCallbackContext context) =>
        {
            // Where telemetry goes in a published application is its compute environment's business.
            if (context.ExecutionContext.IsRunMode)
                Add(context.EnvironmentVariables, configuration, environment);
        }));
    }

    private static void Add(Dictionary<string, object> variables, IConfiguration configuration, IHostEnvironment environment)
    {
        variables["OTEL_SERVICE_NAME"] = InstanceTemplate.ServiceName;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={InstanceTemplate.ServiceInstanceId}";
        if (Endpoint(configuration) is (var url, var protocol))
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = new HostUrl(url);
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
            if (configuration[DashboardSettings.OtlpApiKeyName] is { } apiKey)
                variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={apiKey}";
        }

        if (!environment.IsDevelopment())
            return;

        // In development telemetry is sent at once, all of it: milliseconds.
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private static (string Url, string Protocol)? Endpoint(IConfiguration configuration)
    {
        if (DashboardSettings.OtlpUrl(configuration, DashboardSettings.OtlpGrpcName) is { } grpc)
            return (grpc, "grpc");
        return DashboardSettings.OtlpUrl(configuration, DashboardSettings.OtlpHttpName) is { } http ? (http, "http/protobuf") : null;
    }
}
