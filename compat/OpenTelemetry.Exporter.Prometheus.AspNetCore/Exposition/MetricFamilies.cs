using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Groups metrics into families, in the order of their names. The metrics of a process seldom change, so the families of the
/// last batch are kept and used again while it has the same metrics.
/// </summary>
internal sealed partial class MetricFamilies(ExpositionFormat format, PrometheusAspNetCoreOptions options, ILogger logger)
{
    private readonly List<Metric> _known = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private ImmutableArray<MetricFamily> _families = [];

    public ImmutableArray<MetricFamily> Of(in Batch<Metric> batch)
    {
        if (IsKnown(batch))
            return _families;

        _known.Clear();
        foreach (var metric in batch)
            _known.Add(metric);

        return _families = [.. _known.Select(Name).OfType<NamedMetric>()
            .GroupBy(metric => metric.Name.Family, StringComparer.Ordinal)
            .OrderBy(family => family.Key, StringComparer.Ordinal)
            .Select(CreateFamily).OfType<MetricFamily>()];
    }

    private bool IsKnown(in Batch<Metric> batch)
    {
        if (batch.Count != _known.Count)
            return false;

        var index = 0;
        foreach (var metric in batch)
        {
            if (!ReferenceEquals(metric, _known[index++]))
                return false;
        }

        return true;
    }

    private NamedMetric? Name(Metric metric)
    {
        if (MetricKinds.Of(metric.MetricType) is not { } kind)
        {
            if (_reported.Add(metric.Name))
                LogExponentialHistogram(logger, metric.Name, metric.MeterName);

            return null;
        }

        var name = MetricName.Create(metric.Name, metric.Unit, kind, format, options.DisableTotalNameSuffixForCounters);
        return new NamedMetric(metric, name, options.ScopeInfoEnabled ? ScopeLabels.Of(metric) : []);
    }

    /// <summary>Null when the metrics of the name are of different types: the formats allow a name one type.</summary>
    private MetricFamily? CreateFamily(IGrouping<string, NamedMetric> group)
    {
        var kinds = group.Select(metric => MetricKinds.Of(metric.Metric.MetricType)).Distinct().ToList();
        if (kinds.Count > 1)
        {
            if (_reported.Add(group.Key))
                LogConflictingTypes(
                    logger, group.Key, string.Join(", ", kinds), string.Join(", ", group.Select(metric => metric.Metric.MeterName)));

            return null;
        }

        return new MetricFamily(
            group.First().Name,
            kinds[0]!.Value,
            group.Select(metric => metric.Name.Unit).FirstOrDefault(unit => unit is not null),
            group.Select(metric => metric.Metric.Description).FirstOrDefault(help => !string.IsNullOrEmpty(help)),
            [.. group.OrderBy(metric => metric.Metric.MeterName, StringComparer.Ordinal)
                .ThenBy(metric => metric.Metric.Name, StringComparer.Ordinal)]);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning,
        Message = "Metric {Metric} of meter {Meter} is left out: Prometheus has no text format for exponential histograms")]
    private static partial void LogExponentialHistogram(ILogger logger, string metric, string meter);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning,
        Message = "The metrics named {Family} are left out: they are of different types, {Types}, in the meters {Meters}")]
    private static partial void LogConflictingTypes(ILogger logger, string family, string types, string meters);
}
