using System.Collections.Immutable;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>All metrics of one name: they share the TYPE, UNIT and HELP lines, which are written once.</summary>
internal sealed record MetricFamily(
    MetricName Name, MetricKind Kind, string? Unit, string? Help, ImmutableArray<NamedMetric> Metrics);

/// <summary>A metric, its name, and the labels that its meter gives it.</summary>
internal sealed record NamedMetric(Metric Metric, MetricName Name, ImmutableArray<Label> ScopeLabels);
