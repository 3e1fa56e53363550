using OpenTelemetry.Metrics;

namespace GenAI.Compat.Tests.OpenTelemetry;

public class SampleTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.0, "1")]
    [InlineData(0.1, "0.1")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public async Task A_value_is_the_shortest_that_reads_back(double value, string expected)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => value);

        Assert.Equal(["gauge{} " + expected], await host.SamplesAsync());
    }

    [Fact]
    public async Task The_largest_whole_number_keeps_all_its_digits()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => long.MinValue);

        Assert.Equal(["gauge{} -9223372036854775808"], await host.SamplesAsync());
    }

    [Fact]
    public async Task An_up_down_counter_is_a_gauge_and_may_fall()
    {
        await using var host = await MetricsHost.StartAsync();
        var depth = host.Meter.CreateUpDownCounter<long>("depth");
        depth.Add(3);
        depth.Add(-5);

        Assert.Equal("# TYPE depth gauge\ndepth{} -2\n", await host.ScrapeAsync());
    }

    [Fact]
    public async Task Counters_go_on_counting_between_scrapes()
    {
        await using var host = await MetricsHost.StartAsync();
        var counter = host.Meter.CreateCounter<double>("c");
        counter.Add(1.5);
        Assert.Equal(["c_total{} 1.5"], await host.SamplesAsync());

        counter.Add(1);

        Assert.Equal(["c_total{} 2.5"], await host.SamplesAsync());
    }

    [Fact]
    public async Task Buckets_are_cumulative_and_their_bounds_inclusive()
    {
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider.AddView("*", new ExplicitBucketHistogramConfiguration { Boundaries = [0.5, 1, 10] }));
        var histogram = host.Meter.CreateHistogram<double>("h", "s");
        foreach (var value in (double[])[0.5, 0.75, 1, 4, 100])
            histogram.Record(value);

        Assert.Equal(
            [
                """h_seconds_bucket{le="0.5"} 1""",
                """h_seconds_bucket{le="1"} 3""",
                """h_seconds_bucket{le="10"} 4""",
                """h_seconds_bucket{le="+Inf"} 5""",
                "h_seconds_sum{} 106.25",
                "h_seconds_count{} 5",
            ],
            await host.SamplesAsync());
    }

    [Fact]
    public async Task A_histogram_without_bounds_still_has_the_bucket_of_everything()
    {
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider.AddView("*", new ExplicitBucketHistogramConfiguration { Boundaries = [] }));
        host.Meter.CreateHistogram<double>("h").Record(2);

        Assert.Equal(["""h_bucket{le="+Inf"} 1""", "h_sum{} 2", "h_count{} 1"], await host.SamplesAsync());
    }

    [Fact]
    public async Task An_exponential_histogram_is_left_out()
    {
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider.AddView("*", new Base2ExponentialBucketHistogramConfiguration()));
        host.Meter.CreateHistogram<double>("h").Record(2);

        Assert.Equal("# EOF\n", await host.ScrapeAsync(MetricsHost.OpenMetrics));
    }

    [Fact]
    public async Task Exemplars_stand_behind_totals_in_OpenMetrics_within_their_limit()
    {
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider
                .SetExemplarFilter(ExemplarFilterType.AlwaysOn)
                .AddView("images", new MetricStreamConfiguration { TagKeys = [] }));
        host.Meter.CreateCounter<int>("images").Add(3, [new("short", "yes"), new("long", new string('x', 130)), new("last", "also")]);

        var openMetrics = await host.SamplesAsync(MetricsHost.OpenMetrics);

        Assert.Contains(openMetrics, line => line.StartsWith("""images_total{} 3 # {short="yes",last="also"} 3 """, StringComparison.Ordinal));
        Assert.Equal(["images_total{} 3"], await host.SamplesAsync());
    }
}
