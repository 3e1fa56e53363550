using Aspire.Hosting.ApplicationModel;
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
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
            if (configuration["AppHost:OtlpApiKey"] is { } apiKey)
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
        if (Setting("DASHBOARD_OTLP_ENDPOINT_URL") is { } grpc)
            return (grpc, "grpc");
        return Setting("DASHBOARD_OTLP_HTTP_ENDPOINT_URL") is { } http ? (http, "http/protobuf") : null;

        // The ASPIRE_ names are today's, the DOTNET_ names those before 9.4.
        string? Setting(string name)
            => configuration[$"ASPIRE_{name}"] is { Length: > 0 } today ? today
                : configuration[$"DOTNET_{name}"] is { Length: > 0 } earlier ? earlier : null;
    }
}
