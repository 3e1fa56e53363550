using Aspire.Hosting.Dashboard.Metrics;
using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Reads an ExportMetricsServiceRequest: opentelemetry/proto/metrics/v1.</summary>
internal static class OtlpMetrics
{
    private const int DeltaTemporality = 1;

    public static (List<MetricData> Metrics, int Refused) Read(ReadOnlySpan<byte> request, SourceTable sources, TextPool texts)
    {
        var metrics = new List<MetricData>();
        var refused = OtlpRequest.Read(request, sources, texts, (record, source, scope) =>
        {
            if (Metric(record, source, scope, texts) is { Name.Length: > 0 } metric)
                metrics.Add(metric);
        });
        return (metrics, refused);
    }

    private static MetricData Metric(ReadOnlySpan<byte> message, TelemetrySource source, string scope, TextPool texts)
    {
        var (name, description, unit) = ("", "", "");
        var (kind, points) = (MetricKind.Gauge, new List<MetricPoint>());
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 2: description = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                case 3: unit = texts.Of(reader.Bytes(), TelemetryLimits.MaxTextLength); break;
                // Gauge, sum, histogram, exponential histogram, summary: their points are in field 1.
                case 5 or 7 or 9 or 10 or 11: (kind, points) = Points(reader.Field, reader.Bytes(), texts); break;
                default: reader.Skip(); break;
            }
        }

        return new MetricData(source, scope, name, unit, description, kind, points);
    }

    private static (MetricKind, List<MetricPoint>) Points(int type, ReadOnlySpan<byte> message, TextPool texts)
    {
        var (isDelta, isMonotonic) = (false, false);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: isDelta = reader.Int32() == DeltaTemporality; break;
                case 3: isMonotonic = reader.Varint() != 0; break;
                default: reader.Skip(); break;
            }
        }

        var points = new List<MetricPoint>();
        reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
                reader.Skip();
            else
                points.Add((type is 5 or 7 ? Number(reader.Bytes(), texts) : Distribution(type, reader.Bytes(), texts)) with { IsDelta = isDelta });
        }

        return (type == 5 || (type == 7 && !isMonotonic) ? MetricKind.Gauge : type == 7 ? MetricKind.Counter : MetricKind.Histogram, points);
    }

    /// <summary>NumberDataPoint.</summary>
    private static MetricPoint Number(ReadOnlySpan<byte> message, TextPool texts)
    {
        (ulong time, double value) = (0, 0);
        var attributes = new List<TelemetryAttribute>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: time = reader.Fixed64(); break;
                case 4: value = reader.Double(); break;
                case 6: value = unchecked((long)reader.Fixed64()); break;
                case 7 when attributes.Count < TelemetryLimits.MaxAttributes: attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts)); break;
                default: reader.Skip(); break;
            }
        }

        return new MetricPoint { Attributes = [.. attributes], Time = OtlpValues.Time(time), Value = value };
    }

    /// <summary>
    /// HistogramDataPoint, ExponentialHistogramDataPoint or SummaryDataPoint: all have time = 3, count = 4 and sum = 5; their
    /// attributes have different numbers, and only the first has explicit buckets.
    /// </summary>
    private static MetricPoint Distribution(int type, ReadOnlySpan<byte> message, TextPool texts)
    {
        var attributesField = type switch { 9 => 9, 10 => 1, _ => 7 };
        (ulong time, ulong count, double sum) = (0, 0, 0);
        var attributes = new List<TelemetryAttribute>();
        var (buckets, bounds) = (new List<long>(), new List<double>());
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: time = reader.Fixed64(); break;
                case 4: count = reader.Fixed64(); break;
                case 5: sum = reader.Double(); break;
                case 6 when type == 9: PackedNumbers.Add(ref reader, buckets, static bits => unchecked((long)bits)); break;
                case 7 when type == 9: PackedNumbers.Add(ref reader, bounds, BitConverter.UInt64BitsToDouble); break;
                case var field when field == attributesField && attributes.Count < TelemetryLimits.MaxAttributes:
                    attributes.Add(OtlpValues.Attribute(reader.Bytes(), texts));
                    break;
                default: reader.Skip(); break;
            }
        }

        var hasBuckets = buckets.Count == bounds.Count + 1;
        return new MetricPoint
        {
            Attributes = [.. attributes],
            Time = OtlpValues.Time(time),
            Value = sum,
            Count = unchecked((long)count),
            Buckets = hasBuckets ? [.. buckets] : [],
            Bounds = hasBuckets ? [.. bounds] : [],
        };
    }
}
