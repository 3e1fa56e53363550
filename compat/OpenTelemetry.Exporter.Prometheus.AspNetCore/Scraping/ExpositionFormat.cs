namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The two ways to write metrics. Versions of one format differ only in the content type here.</summary>
internal enum ExpositionFormat
{
    /// <summary>The Prometheus text format.</summary>
    Text,

    /// <summary>OpenMetrics: canonical numbers, units, creation times, exemplars, an end mark.</summary>
    OpenMetrics,
}
