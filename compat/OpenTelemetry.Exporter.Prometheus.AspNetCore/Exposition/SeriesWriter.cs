using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Writes the samples of one metric.</summary>
internal sealed class SeriesWriter(ExpositionFormat format)
{
    private readonly bool _isOpenMetrics = format == ExpositionFormat.OpenMetrics;
    private readonly LabelSet _labels = new();
    private readonly LabelSet _exemplarLabels = new();

    public void Write(ExpositionBuffer buffer, NamedMetric metric, MetricKind kind)
    {
        foreach (ref readonly var point in metric.Metric.GetMetricPoints())
        {
            CollectLabels(metric, point);
            if (kind == MetricKind.Histogram)
                WriteHistogram(buffer, metric, point);
            else
                WriteNumber(buffer, metric, point, kind);
        }
    }

    private void CollectLabels(NamedMetric metric, in MetricPoint point)
    {
        _labels.Clear();
        foreach (var label in metric.ScopeLabels)
            _labels.Add(label);
        foreach (var tag in point.Tags)
            _labels.Add(tag.Key, tag.Value);
    }

    private void WriteNumber(ExpositionBuffer buffer, NamedMetric metric, in MetricPoint point, MetricKind kind)
    {
        buffer.Write(metric.Name.SampleUtf8);
        buffer.Write((byte)'{');
        var start = buffer.Length;
        _labels.WriteTo(buffer);
        var labels = start..buffer.Length;
        buffer.Write("} "u8);
        var type = metric.Metric.MetricType;
        WriteValue(buffer, type, point);

        if (_isOpenMetrics && kind == MetricKind.Counter)
        {
            Exemplars.Write(
                buffer, _exemplarLabels, point, type.IsLong(), lower: double.NegativeInfinity, upper: double.PositiveInfinity);
            buffer.Write((byte)'\n');
            WriteCreated(buffer, metric, labels, point);
        }
        else
        {
            buffer.Write((byte)'\n');
        }
    }

    private static void WriteValue(ExpositionBuffer buffer, MetricType type, in MetricPoint point)
    {
        if (type.IsLong())
            buffer.WriteNumber(type.IsSum() ? point.GetSumLong() : point.GetGaugeLastValueLong());
        else
            SampleValue.Write(buffer, type.IsSum() ? point.GetSumDouble() : point.GetGaugeLastValueDouble());
    }

    private void WriteHistogram(ExpositionBuffer buffer, NamedMetric metric, in MetricPoint point)
    {
        // "le" is the bucket's own label.
        _labels.Remove("le");

        var labels = WriteBuckets(buffer, metric, point, out var hasNegativeBound);

        // OpenMetrics: a sum that can fall is no counter, so with negative bounds there is no sum, and then no count either.
        if (!_isOpenMetrics || !hasNegativeBound)
        {
            WriteSeries(buffer, metric, "_sum"u8, labels);
            SampleValue.Write(buffer, point.GetHistogramSum());
            buffer.Write((byte)'\n');

            WriteSeries(buffer, metric, "_count"u8, labels);
            buffer.WriteNumber(point.GetHistogramCount());
            buffer.Write((byte)'\n');
        }

        if (_isOpenMetrics)
            WriteCreated(buffer, metric, labels, point);
    }

    /// <summary>Writes the cumulative buckets, the last of which is always +Inf. Returns where the point's labels are.</summary>
    private Range WriteBuckets(ExpositionBuffer buffer, NamedMetric metric, in MetricPoint point, out bool hasNegativeBound)
    {
        hasNegativeBound = false;
        Range? labels = null;
        var count = 0L;
        var lower = double.NegativeInfinity;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            hasNegativeBound |= bucket.ExplicitBound < 0;
            labels = WriteBucket(buffer, metric, labels, bucket.ExplicitBound, count);
            if (_isOpenMetrics)
                Exemplars.Write(buffer, _exemplarLabels, point, isLong: false, lower, bucket.ExplicitBound);
            buffer.Write((byte)'\n');
            lower = bucket.ExplicitBound;
        }

        if (labels is { } written)
            return written;

        // A view can leave a histogram without bounds; both formats still want the bucket of everything.
        var range = WriteBucket(buffer, metric, labels: null, double.PositiveInfinity, point.GetHistogramCount());
        buffer.Write((byte)'\n');
        return range;
    }

    /// <summary>Writes a bucket up to its value. The labels are encoded for the first one and copied for the others.</summary>
    private Range WriteBucket(ExpositionBuffer buffer, NamedMetric metric, Range? labels, double bound, long count)
    {
        buffer.Write(metric.Name.FamilyUtf8);
        buffer.Write("_bucket{"u8);
        var start = buffer.Length;
        if (labels is { } written)
            buffer.WriteAgain(written);
        else
            _labels.WriteTo(buffer);

        var end = buffer.Length;
        buffer.Write(end > start ? ",le=\""u8 : "le=\""u8);
        WriteBound(buffer, bound);
        buffer.Write("\"} "u8);
        buffer.WriteNumber(count);
        return labels ?? start..end;
    }

    private void WriteBound(ExpositionBuffer buffer, double bound)
    {
        if (_isOpenMetrics)
            LabelValue.Write(buffer, bound, LabelSet.Escaped);
        else
            SampleValue.Write(buffer, bound);
    }

    private static void WriteCreated(ExpositionBuffer buffer, NamedMetric metric, Range labels, in MetricPoint point)
    {
        WriteSeries(buffer, metric, "_created"u8, labels);
        SampleValue.WriteTimestamp(buffer, point.StartTime);
        buffer.Write((byte)'\n');
    }

    private static void WriteSeries(ExpositionBuffer buffer, NamedMetric metric, ReadOnlySpan<byte> suffix, Range labels)
    {
        buffer.Write(metric.Name.FamilyUtf8);
        buffer.Write(suffix);
        buffer.Write((byte)'{');
        buffer.WriteAgain(labels);
        buffer.Write("} "u8);
    }
}
