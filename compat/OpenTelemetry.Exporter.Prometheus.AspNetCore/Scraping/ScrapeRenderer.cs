using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Renders what was collected in each format that a collection wants. Never called concurrently.</summary>
internal sealed class ScrapeRenderer(PrometheusAspNetCoreOptions options, ILogger<ScrapeRenderer> logger)
{
    private readonly ExpositionWriter[] _writers =
    [
        new(ExpositionFormat.Text, options, logger),
        new(ExpositionFormat.OpenMetrics, options, logger),
    ];

    public void Render(in Batch<Metric> batch, Resource resource, Collection collection)
    {
        foreach (var writer in _writers)
        {
            if (collection.Wants(writer.Format))
                Render(writer, batch, resource, collection);
        }
    }

    private void Render(ExpositionWriter writer, in Batch<Metric> batch, Resource resource, Collection collection)
    {
        var buffer = new ExpositionBuffer(PrometheusAspNetCoreOptions.InitialScrapeResponseSizeBytes, options.MaxScrapeResponseSizeBytes);
        try
        {
            writer.Write(buffer, batch, resource);
            collection.Rendered(writer.Format, buffer);
        }
        catch (ScrapeTooLargeException exception)
        {
            buffer.Dispose();
            collection.Failed(writer.Format, exception);
        }
    }
}
