using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Metrics;

/// <summary>An instrument of a service by name, over all its instances.</summary>
internal sealed record Instrument(string ServiceName, string Scope, string Name, string Unit, string Description, MetricKind Kind, double[] Bounds);

/// <summary>A series as it is at one moment.</summary>
internal sealed record SeriesSnapshot(string InstanceId, TelemetryAttribute[] Attributes, SeriesPoint[] Points);

/// <summary>The metrics of every service, bounded by the number of series and their bytes.</summary>
internal sealed class MetricStore(TelemetryLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Service, string Name), Entry> _instruments = [];
    private int _seriesCount;
    private long _bytes;

    /// <summary>Series that came when there was no room.</summary>
    public long RefusedSeries { get; private set; }

    public Instrument[] Instruments(string serviceName)
    {
        lock (_lock)
        {
            return [.. _instruments.Values.Select(entry => entry.Instrument)
                .Where(instrument => instrument.ServiceName == serviceName).OrderBy(instrument => instrument.Name, StringComparer.Ordinal)];
        }
    }

    public (Instrument Instrument, SeriesSnapshot[] Series)? Get(string serviceName, string name)
    {
        lock (_lock)
        {
            return _instruments.TryGetValue((serviceName, name), out var entry)
                ? (entry.Instrument, [.. entry.Series.Select(series => new SeriesSnapshot(series.Key.Instance, series.Value.Attributes, [.. series.Value.Points]))])
                : null;
        }
    }

    /// <returns>How many points were refused because there are too many series.</returns>
    public int Add(IEnumerable<MetricData> metrics)
    {
        var refused = 0;
        lock (_lock)
        {
            foreach (var metric in metrics)
            {
                foreach (var point in metric.Points)
                    refused += Add(metric, point) ? 0 : 1;
            }
        }

        return refused;
    }

    public void Clear()
    {
        lock (_lock)
        {
            _instruments.Clear();
            (_seriesCount, _bytes, RefusedSeries) = (0, 0, 0);
        }
    }

    private bool Add(MetricData metric, MetricPoint point)
    {
        var entry = EntryOf(metric, point);
        var key = (metric.Source.InstanceId, KeyOf(point.Attributes));
        if (!entry.Series.TryGetValue(key, out var series))
        {
            if (_seriesCount >= limits.MaxMetricSeries || _bytes > limits.MaxMetricBytes)
            {
                RefusedSeries++;
                return false;
            }

            series = entry.Series[key] = new MetricSeries(metric.Kind, point.Attributes);
            _seriesCount++;
            _bytes += RecordSize.Of(point.Attributes);
        }

        _bytes -= series.Bytes;
        series.Add(point, mayGrow: _bytes < limits.MaxMetricBytes);
        _bytes += series.Bytes;
        return true;
    }

    private Entry EntryOf(MetricData metric, MetricPoint point)
    {
        var key = (metric.Source.ServiceName, metric.Name);
        if (_instruments.TryGetValue(key, out var entry) && entry.Instrument.Bounds.SequenceEqual(point.Bounds) && entry.Instrument.Kind == metric.Kind)
            return entry;

        // New, or its service was rebuilt with other buckets: what was received before cannot be compared.
        if (entry is not null)
        {
            _seriesCount -= entry.Series.Count;
            _bytes -= entry.Series.Values.Sum(series => series.Bytes + RecordSize.Of(series.Attributes));
        }

        return _instruments[key] = new Entry(new Instrument(
            metric.Source.ServiceName, metric.Scope, metric.Name, metric.Unit, metric.Description, metric.Kind, point.Bounds));
    }

    private static string KeyOf(TelemetryAttribute[] attributes)
        => string.Join('\u001f', attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}\u001e{attribute.Value}"));

    private sealed record Entry(Instrument Instrument)
    {
        public Dictionary<(string Instance, string Attributes), MetricSeries> Series { get; } = [];
    }
}
