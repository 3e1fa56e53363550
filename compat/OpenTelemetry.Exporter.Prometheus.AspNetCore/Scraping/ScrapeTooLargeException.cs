namespace OpenTelemetry.Exporter.Prometheus;

internal sealed class ScrapeTooLargeException(int maxBytes)
    : Exception($"The scrape response is larger than {nameof(PrometheusAspNetCoreOptions.MaxScrapeResponseSizeBytes)}, {maxBytes} bytes.");
