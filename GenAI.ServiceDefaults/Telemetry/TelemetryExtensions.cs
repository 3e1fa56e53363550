using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>
/// Metrics for Prometheus when <c>METRICS_ENABLED</c>; traces, metrics and logs over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// is set. What nobody receives is not collected.
/// </summary>
internal static class TelemetryExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy", "GenAI.*"];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Runtime",
        "Polly",
        "GenAI.*",
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder, GenAISettings settings)
    {
        var overOtlp = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        if (!overOtlp && !settings.MetricsEnabled) return;

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.Describe(builder, settings));
        telemetry.WithMetrics(metrics => metrics.Collect(settings));
        if (!overOtlp) return;

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
        telemetry.WithTracing(traces => traces.AddHttpRequestTags().AddSource(Sources));
        telemetry.UseOtlpExporter();
    }

    private static void Collect(this MeterProviderBuilder metrics, GenAISettings settings)
    {
        metrics.AddMeter(Meters).AddDurationBuckets();
        if (settings.MetricsEnabled) metrics.AddPrometheusExporter();
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, which an AppHost sets, are not overridden.</summary>
    private static void Describe(this ResourceBuilder resource, IHostApplicationBuilder builder, GenAISettings settings)
    {
        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : builder.Environment.ApplicationName;
        resource.AddService(name, serviceVersion: settings.Version, autoGenerateServiceInstanceId: false);
    }

    /// <summary>ASP.NET Core writes method, path and status to its activities itself; on .NET 10 only when asked.</summary>
    private static TracerProviderBuilder AddHttpRequestTags(this TracerProviderBuilder traces)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        return traces;
    }
}
