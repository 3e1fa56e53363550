using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Writes the example measurement that OpenMetrics allows behind a counter's total or a histogram's bucket.</summary>
internal static class Exemplars
{
    // OpenMetrics 1.0, "Exemplars": names and values of the labels together.
    private const int MaxLabelCharacters = 128;

    /// <summary>The latest exemplar with a value above <paramref name="lower"/> and not above <paramref name="upper"/>.</summary>
    public static void Write(
        ExpositionBuffer buffer, LabelSet labels, in MetricPoint point, bool isLong, double lower, double upper)
    {
        if (!point.TryGetExemplars(out var exemplars))
            return;

        Exemplar? latest = null;
        foreach (ref readonly var exemplar in exemplars)
        {
            var value = isLong ? exemplar.LongValue : exemplar.DoubleValue;
            if (value > lower && value <= upper && !(exemplar.Timestamp < latest?.Timestamp))
                latest = exemplar;
        }

        if (latest is { } found)
            Write(buffer, labels, found, isLong);
    }

    private static void Write(ExpositionBuffer buffer, LabelSet labels, Exemplar exemplar, bool isLong)
    {
        labels.Clear();
        foreach (var tag in exemplar.FilteredTags)
            labels.Add(tag.Key, tag.Value);

        // The ids of the span go before a tag of the same name; Prometheus' users expect them first.
        labels.Remove("trace_id");
        labels.Remove("span_id");
        if (exemplar.SpanId != default)
            labels.Insert("span_id", exemplar.SpanId.ToHexString());
        if (exemplar.TraceId != default)
            labels.Insert("trace_id", exemplar.TraceId.ToHexString());
        labels.Truncate(MaxLabelCharacters);

        buffer.Write(" # {"u8);
        labels.WriteTo(buffer);
        buffer.Write("} "u8);
        if (isLong)
            buffer.WriteNumber(exemplar.LongValue);
        else
            SampleValue.Write(buffer, exemplar.DoubleValue);
        buffer.Write((byte)' ');
        SampleValue.WriteTimestamp(buffer, exemplar.Timestamp);
    }
}
