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

    /// <summary>As the overload without a protocol, with the endpoint of <paramref name="protocol"/> where there are several.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment, protocol);
        return builder;
    }

    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment)
        => Add(resource, configuration, environment, new OtlpExporterAnnotation());

    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpProtocol protocol)
        => Add(resource, configuration, environment, new OtlpExporterAnnotation { RequiredProtocol = protocol });

    private static void Add(IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpExporterAnnotation exporter)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);
        resource.Annotations.Add(exporter);
        resource.Annotations.Add(new EnvironmentCallbackAnnotation((EnvironmentCallbackContext context) =>
        {
            // Where telemetry goes in a published application is its compute environment's business.
            // A project has an exporter from the start; the last one added says what is required.
            if (context.ExecutionContext.IsRunMode && resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out var last))
                Set(context.EnvironmentVariables, configuration, environment, last.RequiredProtocol);
        }));
    }

    private static void Set(Dictionary<string, object> variables, IConfiguration configuration, IHostEnvironment environment, OtlpProtocol? required)
    {
        variables["OTEL_SERVICE_NAME"] = InstanceTemplate.ServiceName;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={InstanceTemplate.ServiceInstanceId}";
        if (Endpoint(configuration, required) is (var url, var protocol))
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
        variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
    }

    /// <summary>The required endpoint, gRPC's when none is required; the other one where that is all there is.</summary>
    private static (string Url, string Protocol)? Endpoint(IConfiguration configuration, OtlpProtocol? required)
    {
        var grpc = DashboardSettings.OtlpUrl(configuration, DashboardSettings.OtlpGrpcName);
        var http = DashboardSettings.OtlpUrl(configuration, DashboardSettings.OtlpHttpName);
        if (http is not null && (required == OtlpProtocol.HttpProtobuf || grpc is null))
            return (http, "http/protobuf");
        return grpc is not null ? (grpc, "grpc") : null;
    }
}
