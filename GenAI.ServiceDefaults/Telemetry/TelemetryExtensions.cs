using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GenAI.ServiceDefaults.Telemetry;

/// <summary>
/// Metrics for Prometheus when <c>METRICS_ENABLED</c>; traces, metrics and logs over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// is set, less what <c>OTEL_TRACES_EXPORTER</c>, <c>OTEL_METRICS_EXPORTER</c> or <c>OTEL_LOGS_EXPORTER</c> says <c>none</c> to
/// (OpenTelemetry's environment variables). What nobody receives is not collected.
/// </summary>
internal static class TelemetryExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Otlp = "otlp";
    private const string None = "none";

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
        var (traces, metrics, logs) = (builder.IsSent("TRACES"), builder.IsSent("METRICS"), builder.IsSent("LOGS"));
        if (!traces && !metrics && !logs && !settings.MetricsEnabled) return;

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.Describe(builder, settings));
        if (metrics || settings.MetricsEnabled) telemetry.WithMetrics(all => all.Collect(settings, metrics));
        if (traces) telemetry.WithTracing(all => all.AddSource(Sources).AddOtlpExporter());
        if (logs) builder.Logging.AddOpenTelemetry(Send);
    }

    /// <exception cref="SettingsException">The signal's exporter is none that there is.</exception>
    private static bool IsSent(this IHostApplicationBuilder builder, string signal)
    {
        var exporter = builder.Configuration[$"OTEL_{signal}_EXPORTER"] is { Length: > 0 } given ? given : Otlp;
        if (exporter is not (Otlp or None)) throw new SettingsException([$"OTEL_{signal}_EXPORTER is '{exporter}'; expected {Otlp} or {None}."]);
        return exporter == Otlp && !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
    }

    private static void Collect(this MeterProviderBuilder metrics, GenAISettings settings, bool isSent)
    {
        metrics.AddMeter(Meters).AddDurationBuckets();
        if (settings.MetricsEnabled) metrics.AddPrometheusExporter();
        if (isSent) metrics.AddOtlpExporter();
    }

    private static void Send(OpenTelemetryLoggerOptions logs)
    {
        logs.IncludeFormattedMessage = true;
        logs.IncludeScopes = true;
        logs.AddOtlpExporter();
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, which an AppHost sets, are not overridden.</summary>
    private static void Describe(this ResourceBuilder resource, IHostApplicationBuilder builder, GenAISettings settings)
    {
        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : builder.Environment.ApplicationName;
        resource.AddService(name, serviceVersion: settings.Version, autoGenerateServiceInstanceId: false);
    }
}
