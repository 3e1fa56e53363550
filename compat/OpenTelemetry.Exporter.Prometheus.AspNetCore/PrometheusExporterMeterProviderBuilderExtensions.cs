using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Exporter.Prometheus;

namespace OpenTelemetry.Metrics;

public static class PrometheusExporterMeterProviderBuilderExtensions
{
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder)
        => builder.AddPrometheusExporter(name: null, configure: null);

    public static MeterProviderBuilder AddPrometheusExporter(
        this MeterProviderBuilder builder, Action<PrometheusAspNetCoreOptions> configure)
        => builder.AddPrometheusExporter(name: null, configure);

    /// <summary>Adds a reader that collects when it is scraped; map the endpoint to serve it.</summary>
    /// <param name="builder">The provider to add it to.</param>
    /// <param name="name">Name of the options, for several exporters in one container.</param>
    /// <param name="configure">Sets the options.</param>
    public static MeterProviderBuilder AddPrometheusExporter(
        this MeterProviderBuilder builder, string? name, Action<PrometheusAspNetCoreOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var optionsName = name ?? Options.DefaultName;

        if (configure is not null)
            builder.ConfigureServices(services => services.Configure(optionsName, configure));

        return builder.AddReader(services => CreateReader(services, optionsName));
    }

    private static BaseExportingMetricReader CreateReader(IServiceProvider services, string optionsName)
    {
        var exporter = new PrometheusExporter(
            services.GetRequiredService<IOptionsMonitor<PrometheusAspNetCoreOptions>>().Get(optionsName),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);

        // Prometheus takes running totals; rates are its own business.
        return new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
    }
}
