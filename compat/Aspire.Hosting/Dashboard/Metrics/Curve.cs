namespace Aspire.Hosting.Dashboard.Metrics;

/// <summary>One line of a chart.</summary>
internal sealed record Curve(string Name, IReadOnlyList<(DateTime Time, double Value)> Points);

/// <summary>What to draw of an instrument: values as they are, totals as their growth per second, distributions as percentiles.</summary>
internal static class CurvePlanner
{
    private static readonly double[] Percentiles = [0.5, 0.9, 0.99];

    public static IReadOnlyList<Curve> Curves(Instrument instrument, IReadOnlyList<SeriesSnapshot> series) => instrument.Kind switch
    {
        MetricKind.Gauge => [.. series.Select(one => new Curve(NameOf(one, series), [.. one.Points.Select(point => (point.Time, point.Value))]))],
        MetricKind.Counter => [.. series.Select(one => new Curve(NameOf(one, series), [.. Rates(one)]))],
        _ when instrument.Bounds.Length > 0 => [.. Percentiles.Select(rank => new Curve($"p{rank * 100:0}", [.. Ranked(series, instrument.Bounds, rank)]))],
        _ => [new Curve("mean", [.. Means(series)])],
    };

    /// <summary>Which of several series this is: its attributes, and its instance where they differ in that.</summary>
    public static string NameOf(SeriesSnapshot series, IReadOnlyCollection<SeriesSnapshot> among)
    {
        IEnumerable<string> parts = series.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}");
        if (among.Any(other => other.InstanceId != series.InstanceId))
            parts = parts.Prepend(series.InstanceId);
        return string.Join(", ", parts) is { Length: > 0 } name ? name : "value";
    }

    /// <summary>
    /// The value below which a share of the measurements lies, taken to be evenly spread within a bucket, as Prometheus' histogram_quantile does.
    /// In the last bucket, which has no upper bound, it is that bucket's lower bound.
    /// </summary>
    public static double Percentile(IReadOnlyList<long> buckets, IReadOnlyList<double> bounds, double rank)
    {
        var wanted = rank * buckets.Sum();
        double below = 0;
        for (var i = 0; i < bounds.Count; i++)
        {
            if (buckets[i] > 0 && below + buckets[i] >= wanted)
            {
                var lower = i == 0 ? Math.Min(0, bounds[0]) : bounds[i - 1];
                return lower + ((bounds[i] - lower) * (wanted - below) / buckets[i]);
            }

            below += buckets[i];
        }

        return bounds[^1];
    }

    private static IEnumerable<(DateTime, double)> Rates(SeriesSnapshot series) => Steps(series)
        .Select(step => (step.After.Time, Grown(step.Before.Value, step.After.Value) / (step.After.Time - step.Before.Time).TotalSeconds));

    private static IEnumerable<(DateTime, double)> Ranked(IEnumerable<SeriesSnapshot> series, double[] bounds, double rank)
    {
        foreach (var slot in BySlot(series))
        {
            var buckets = new long[bounds.Length + 1];
            foreach (var (before, after) in slot)
            {
                for (var i = 0; i < buckets.Length; i++)
                    buckets[i] += after.Count >= before.Count ? after.Buckets[i] - before.Buckets[i] : after.Buckets[i];
            }

            if (buckets.Sum() > 0)
                yield return (slot.Max(step => step.After.Time), Percentile(buckets, bounds, rank));
        }
    }

    private static IEnumerable<(DateTime, double)> Means(IEnumerable<SeriesSnapshot> series)
    {
        foreach (var slot in BySlot(series))
        {
            var count = slot.Sum(step => Grown(step.Before.Count, step.After.Count));
            if (count > 0)
                yield return (slot.Max(step => step.After.Time), slot.Sum(step => step.After.Count >= step.Before.Count ? step.After.Value - step.Before.Value : step.After.Value) / count);
        }
    }

    // Of several instances and attributes together, over the same five seconds.
    private static IEnumerable<IGrouping<long, (SeriesPoint Before, SeriesPoint After)>> BySlot(IEnumerable<SeriesSnapshot> series)
        => series.SelectMany(Steps).GroupBy(step => step.After.Time.Ticks / MetricSeries.Resolution.Ticks).OrderBy(slot => slot.Key);

    private static IEnumerable<(SeriesPoint Before, SeriesPoint After)> Steps(SeriesSnapshot series)
        => series.Points.Zip(series.Points.Skip(1)).Where(step => step.Second.Time > step.First.Time);

    // A total that has become smaller began anew: its process was restarted.
    private static double Grown(double before, double after) => after >= before ? after - before : after;
}
