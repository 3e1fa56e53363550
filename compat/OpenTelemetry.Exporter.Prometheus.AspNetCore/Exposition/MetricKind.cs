using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The Prometheus type of a metric.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

internal static class MetricKinds
{
    /// <summary>Null for exponential histograms: neither text format can express them.</summary>
    public static MetricKind? Of(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => MetricKind.Counter,
        MetricType.Histogram => MetricKind.Histogram,
        MetricType.ExponentialHistogram => null,
        _ => MetricKind.Gauge,
    };

    public static ReadOnlySpan<byte> Name(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter"u8,
        MetricKind.Histogram => "histogram"u8,
        _ => "gauge"u8,
    };
}
