using Aspire.Hosting.Dashboard.Metrics;
using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Telemetry;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

public sealed class TelemetryStoreTests
{
    private static readonly TelemetrySource Shop = new("shop", "1", []);
    private static readonly LogFilter AllLogs = new(null, 0, null, null, null);
    private static readonly TraceFilter AllTraces = new(null, TimeSpan.Zero, ErrorsOnly: false, null, HideProbes: false);

    [Fact]
    public void Logs_keep_the_newest_records_up_to_their_number()
    {
        var logs = new LogStore(new TelemetryLimits { MaxLogCount = 3 });

        logs.Add(Enumerable.Range(1, 5).Select(n => Log($"line {n}")));

        Assert.Equal(["line 5", "line 4", "line 3"], logs.Find(AllLogs, 10).Newest.Select(record => record.Message));
        Assert.Null(logs.Get(2));
        Assert.Equal("line 3", logs.Get(3)?.Message);
    }

    [Fact]
    public void Logs_keep_no_more_bytes_than_they_may()
    {
        var logs = new LogStore(new TelemetryLimits { MaxLogBytes = 100_000 });

        logs.Add(Enumerable.Range(0, 100).Select(n => Log(new string('x', 10_000))));

        Assert.Equal(4, logs.Count);
    }

    [Fact]
    public void Logs_are_found_by_severity_text_and_trace()
    {
        var logs = new LogStore(new TelemetryLimits());
        logs.Add([Log("all well") with { Severity = 9 }, Log("it burns") with { Severity = 17, TraceId = 7 }]);

        Assert.Equal("it burns", Assert.Single(logs.Find(AllLogs with { MinSeverity = 13 }, 10).Newest).Message);
        Assert.Equal("it burns", Assert.Single(logs.Find(AllLogs with { TraceId = 7 }, 10).Newest).Message);
        Assert.Equal("all well", Assert.Single(logs.Find(AllLogs with { Text = "WELL" }, 10).Newest).Message);
    }

    [Fact]
    public void The_oldest_trace_makes_room_and_what_it_took_is_free_again()
    {
        var traces = new TraceStore(new TelemetryLimits { MaxTraceBytes = 10_000 });

        for (var n = 1; n <= 1000; n++)
            traces.Add([Span((UInt128)n, 1) with { Name = new string('x', 200) }]);

        Assert.InRange(traces.Count, 10, 20);
        Assert.Null(traces.Get(1));
        Assert.NotNull(traces.Get(1000));
    }

    [Fact]
    public void Traces_are_found_by_duration_error_and_text_and_probes_are_left_out()
    {
        var traces = new TraceStore(new TelemetryLimits());
        traces.Add(
        [
            Span(1, 1) with { Duration = TimeSpan.FromSeconds(2) },
            Span(2, 1) with { Status = SpanStatus.Error },
            Span(3, 1) with { Attributes = [new("url.path", "/health")] },
        ]);

        Assert.Equal((UInt128)1, Assert.Single(traces.Find(AllTraces with { MinDuration = TimeSpan.FromSeconds(1) }, 10).Newest).Id);
        Assert.Equal((UInt128)2, Assert.Single(traces.Find(AllTraces with { ErrorsOnly = true }, 10).Newest).Id);
        Assert.Equal((UInt128)3, Assert.Single(traces.Find(AllTraces with { Text = "/HEALTH" }, 10).Newest).Id);
        Assert.Equal(2, traces.Find(AllTraces with { HideProbes = true }, 10).Matching);
    }

    [Fact]
    public void A_waterfall_shows_each_span_below_its_parent_and_orphans_and_circles_at_the_margin()
    {
        Span[] spans = [Span(1, 1), Span(1, 3) with { ParentId = 1, Start = At(2) }, Span(1, 2) with { ParentId = 1, Start = At(1) },
            Span(1, 4) with { ParentId = 99, Start = At(3) }, Span(1, 5) with { ParentId = 6, Start = At(4) }, Span(1, 6) with { ParentId = 5, Start = At(5) }];

        Assert.Equal([(1, 0), (2, 1), (3, 1), (4, 0), (5, 0), (6, 1)], SpanTree.Rows(spans).Select(row => ((int)row.Span.Id, row.Depth)));
    }

    [Fact]
    public void A_counter_is_drawn_as_its_growth_per_second_also_over_a_restart()
    {
        var store = new MetricStore(new TelemetryLimits());
        foreach (var (second, value) in new[] { (0, 10.0), (10, 30.0), (20, 5.0) })
            store.Add([Metric(MetricKind.Counter, new MetricPoint { Attributes = [], Time = At(second), Value = value })]);

        var (instrument, series) = store.Get("shop", "things")!.Value;

        Assert.Equal([2, 2, 0.5], Assert.Single(CurvePlanner.Curves(instrument, series)).Points.Select(point => point.Value));
    }

    [Fact]
    public void What_is_sent_as_growth_adds_up_and_one_point_is_kept_for_five_seconds()
    {
        var store = new MetricStore(new TelemetryLimits());
        foreach (var second in new[] { 0, 1, 2, 6 })
            store.Add([Metric(MetricKind.Counter, new MetricPoint { Attributes = [], Time = At(second), Value = 1, IsDelta = true })]);

        Assert.Equal([0, 3, 4], store.Get("shop", "things")!.Value.Series.Single().Points.Select(point => point.Value));
    }

    [Fact]
    public void More_series_than_there_may_be_are_refused_and_counted()
    {
        var store = new MetricStore(new TelemetryLimits { MaxMetricSeries = 2 });

        var refused = store.Add([Metric(MetricKind.Gauge, [.. Enumerable.Range(0, 5).Select(n => new MetricPoint { Attributes = [new("n", $"{n}")], Time = At(0) })])]);

        Assert.Equal((3, 3L), (refused, store.RefusedSeries));
    }

    [Theory]
    [InlineData(0.5, 1.5)]
    [InlineData(0.75, 2)]
    [InlineData(0.99, 2)]
    public void A_percentile_lies_within_its_bucket(double rank, double expected) =>
        Assert.Equal(expected, CurvePlanner.Percentile([1, 2, 1], [1, 2], rank), 3);

    private static DateTime At(double second) => DateTime.UnixEpoch.AddSeconds(second);

    private static LogRecord Log(string message) => new() { Source = Shop, Scope = "scope", Message = message };

    private static Span Span(UInt128 traceId, ulong id) => new() { Source = Shop, Scope = "scope", TraceId = traceId, Id = id, Start = At(0) };

    private static MetricData Metric(MetricKind kind, params MetricPoint[] points) => new(Shop, "scope", "things", "", "", kind, points);
}
