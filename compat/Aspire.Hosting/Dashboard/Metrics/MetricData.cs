using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Metrics;

internal enum MetricKind
{
    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A total that only grows.</summary>
    Counter,

    /// <summary>A distribution: a count, a sum, and counts per bucket where the sender has fixed buckets.</summary>
    Histogram,
}

/// <summary>One instrument of a service, as a request describes it.</summary>
internal sealed record MetricData(
    TelemetrySource Source, string Scope, string Name, string Unit, string Description, MetricKind Kind, IReadOnlyList<MetricPoint> Points);

/// <summary>One measurement of one combination of attributes.</summary>
internal sealed record MetricPoint
{
    public required TelemetryAttribute[] Attributes { get; init; }

    public DateTime Time { get; init; }

    /// <summary>The value; of a histogram the sum.</summary>
    public double Value { get; init; }

    public long Count { get; init; }

    /// <summary>Counts per bucket, one more than there are <see cref="Bounds"/>; empty where there are no buckets.</summary>
    public long[] Buckets { get; init; } = [];

    /// <summary>The buckets' upper bounds, ascending; the last bucket has none.</summary>
    public double[] Bounds { get; init; } = [];

    /// <summary>Since the measurement before, not since the start.</summary>
    public bool IsDelta { get; init; }
}
