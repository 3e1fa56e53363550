using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Metrics;

/// <summary>What a series has at one moment; all of it since the sender's start, whatever it sends.</summary>
internal readonly record struct SeriesPoint(DateTime Time, double Value, long Count, long[] Buckets)
{
    public long Bytes => 40 + (Buckets.Length == 0 ? 0 : 24 + (8L * Buckets.Length));
}

/// <summary>
/// The last half hour of one combination of attributes: one point per five seconds, the newest the last one received. Not safe for
/// threads: the store's lock guards it.
/// </summary>
internal sealed class MetricSeries(MetricKind kind, TelemetryAttribute[] attributes)
{
    public const int MaxPoints = 360;

    public static readonly TimeSpan Resolution = TimeSpan.FromSeconds(5);

    private readonly RingBuffer<SeriesPoint> _points = new();

    public TelemetryAttribute[] Attributes => attributes;

    public long Bytes { get; private set; }

    public IEnumerable<SeriesPoint> Points => Enumerable.Range(0, _points.Count).Select(index => _points[index]);

    public SeriesPoint Last => _points[_points.Count - 1];

    /// <param name="mayGrow">Whether there is room for one more point; if not, the oldest goes.</param>
    public void Add(MetricPoint received, bool mayGrow)
    {
        var point = new SeriesPoint(received.Time, received.Value, received.Count, received.Buckets);
        // A series comes into being with its first measurement: until then the total was zero.
        if (_points.Count == 0 && kind != MetricKind.Gauge)
            Append(new SeriesPoint(point.Time - Resolution, 0, 0, new long[point.Buckets.Length]));
        if (received.IsDelta && _points.Count > 0)
            point = Sum(Last, point);
        if (_points.Count > 0 && Slot(Last.Time) == Slot(point.Time))
        {
            Bytes += point.Bytes - Last.Bytes;
            _points[_points.Count - 1] = point;
            return;
        }

        if (_points.Count >= MaxPoints || (!mayGrow && _points.Count > 0))
            Bytes -= _points.RemoveOldest().Bytes;
        Append(point);
    }

    private void Append(SeriesPoint point)
    {
        _points.Add(point);
        Bytes += point.Bytes;
    }

    private static long Slot(DateTime time) => time.Ticks / Resolution.Ticks;

    private static SeriesPoint Sum(SeriesPoint before, SeriesPoint more) => more with
    {
        Value = before.Value + more.Value,
        Count = before.Count + more.Count,
        Buckets = before.Buckets.Length == more.Buckets.Length ? [.. before.Buckets.Zip(more.Buckets, (a, b) => a + b)] : more.Buckets,
    };
}
