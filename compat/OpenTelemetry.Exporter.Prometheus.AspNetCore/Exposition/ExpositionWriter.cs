using System.Buffers;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Writes a batch of metrics in one format.</summary>
internal sealed class ExpositionWriter(ExpositionFormat format, PrometheusAspNetCoreOptions options, ILogger logger)
{
    private static readonly SearchValues<char> _escapedInTextHelp = SearchValues.Create("\\\n");
    private static readonly SearchValues<char> _escapedInOpenMetricsHelp = SearchValues.Create("\\\n\"");

    private readonly bool _isOpenMetrics = format == ExpositionFormat.OpenMetrics;
    private readonly MetricFamilies _families = new(format, options, logger);
    private readonly SeriesWriter _series = new(format);
    private readonly LabelSet _labels = new();

    public ExpositionFormat Format => format;

    public void Write(ExpositionBuffer buffer, in Batch<Metric> batch, Resource resource)
    {
        if (options.TargetInfoEnabled)
            WriteTargetInfo(buffer, resource);

        foreach (var family in _families.Of(batch))
        {
            WriteMetadata(buffer, family);
            foreach (var metric in family.Metrics)
                _series.Write(buffer, metric, family.Kind);
        }

        if (_isOpenMetrics)
            buffer.Write("# EOF\n"u8);

        buffer.EnsureWithinLimit();
    }

    /// <summary>The resource as an info metric; the text format knows no info and takes a gauge instead.</summary>
    private void WriteTargetInfo(ExpositionBuffer buffer, Resource resource)
    {
        _labels.Clear();
        foreach (var (key, value) in resource.Attributes)
            _labels.Add(key, value);

        if (_labels.IsEmpty)
            return;

        buffer.Write(_isOpenMetrics
            ? "# TYPE target info\n# HELP target Target metadata\n"u8
            : "# TYPE target_info gauge\n# HELP target_info Target metadata\n"u8);
        buffer.Write("target_info{"u8);
        _labels.WriteTo(buffer);
        buffer.Write("} 1\n"u8);
    }

    private void WriteMetadata(ExpositionBuffer buffer, MetricFamily family)
    {
        WriteMetadataStart(buffer, "# TYPE "u8, family);
        buffer.Write(MetricKinds.Name(family.Kind));
        buffer.Write((byte)'\n');

        if (_isOpenMetrics && family.Unit is { } unit)
        {
            WriteMetadataStart(buffer, "# UNIT "u8, family);
            buffer.WriteEscaped(unit, _escapedInOpenMetricsHelp);
            buffer.Write((byte)'\n');
        }

        if (family.Help is { } help)
        {
            WriteMetadataStart(buffer, "# HELP "u8, family);
            buffer.WriteEscaped(help, _isOpenMetrics ? _escapedInOpenMetricsHelp : _escapedInTextHelp);
            buffer.Write((byte)'\n');
        }
    }

    private static void WriteMetadataStart(ExpositionBuffer buffer, ReadOnlySpan<byte> keyword, MetricFamily family)
    {
        buffer.Write(keyword);
        buffer.Write(family.Name.FamilyUtf8);
        buffer.Write((byte)' ');
    }
}
