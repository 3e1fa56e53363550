using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>What a metric is called in one format.</summary>
/// <param name="Family">The name in the TYPE, UNIT and HELP lines and before <c>_bucket</c>, <c>_sum</c>, <c>_created</c>.</param>
/// <param name="Sample">The name of the samples of a counter or gauge.</param>
/// <param name="Unit">The unit in words, or null.</param>
internal sealed record MetricName(string Family, string Sample, string? Unit)
{
    private const string Total = "_total";

    public byte[] FamilyUtf8 { get; } = Encoding.UTF8.GetBytes(Family);

    public byte[] SampleUtf8 { get; } = Encoding.UTF8.GetBytes(Sample);

    public static MetricName Create(
        string name, string? unit, MetricKind kind, ExpositionFormat format, bool disableTotalSuffix)
    {
        var words = PrometheusUnit.Words(unit);
        return format == ExpositionFormat.OpenMetrics
            ? OpenMetrics(name, words, kind == MetricKind.Counter)
            : Text(PrometheusName.SanitizeMetric(name), words, kind == MetricKind.Counter, disableTotalSuffix);
    }

    /// <summary>In the text format the family of a counter is called like its samples, <c>_total</c> included.</summary>
    private static MetricName Text(string name, string? unit, bool isCounter, bool disableTotalSuffix)
    {
        var hasUnit = unit is null || name.EndsWith(unit, StringComparison.Ordinal)
            || (isCounter && name.EndsWith(unit + Total, StringComparison.Ordinal));
        var full = hasUnit ? name : $"{name}_{unit}";

        if (isCounter && !disableTotalSuffix && !full.EndsWith(Total, StringComparison.Ordinal))
            full += Total;

        return new MetricName(full, full, unit);
    }

    /// <summary>In OpenMetrics <c>_total</c> belongs to a counter's samples and never to its family.</summary>
    private static MetricName OpenMetrics(string name, string? unit, bool isCounter)
    {
        var bare = isCounter ? WithoutTotal(name) : name;
        var family = PrometheusName.SanitizeMetric(
            unit is null || bare.EndsWith(unit, StringComparison.Ordinal) ? bare : $"{bare}_{unit}");
        if (!isCounter)
            return new MetricName(family, family, unit);

        family = WithoutTotal(family);
        return new MetricName(family, family + Total, unit);
    }

    private static string WithoutTotal(string name)
        => name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name;
}
