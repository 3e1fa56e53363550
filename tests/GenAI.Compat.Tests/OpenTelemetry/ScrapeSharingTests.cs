using GenAI.Testing;

namespace GenAI.Compat.Tests.OpenTelemetry;

public class ScrapeSharingTests
{
    private const int ForTheTest = int.MaxValue;

    [Fact]
    public async Task Concurrent_scrapes_of_both_formats_share_a_collection()
    {
        using var release = new ManualResetEventSlim();
        var collections = 0;
        await using var host = await MetricsHost.StartAsync(options => options.ScrapeResponseCacheDurationMilliseconds = ForTheTest);
        host.Meter.CreateObservableGauge("gauge", () =>
        {
            Interlocked.Increment(ref collections);
            release.Wait(TestContext.Current.CancellationToken);
            return 1;
        });

        // The first holds the collection; the others come while it runs. Of the second format all wait for one more.
        var first = host.ScrapeAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref collections) == 1, TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 40)
            .Select(i => host.ScrapeAsync(i % 2 == 0 ? MetricsHost.Text : MetricsHost.OpenMetrics)).ToList();
        release.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, collections);
        Assert.All(others, scrape => Assert.Contains("gauge{} 1\n", scrape.Result, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Concurrent_scrapes_without_a_cache_are_each_answered_whole()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => 1);
        var counter = host.Meter.CreateCounter<int>("c");

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, _) =>
        {
            counter.Add(1);
            var isText = i % 2 == 0;
            var scrape = await host.ScrapeAsync(isText ? MetricsHost.Text : MetricsHost.OpenMetrics);
            Assert.EndsWith(isText ? "gauge{} 1\n" : "# EOF\n", scrape, StringComparison.Ordinal);
        });

        Assert.Contains("c_total{} 200", await host.SamplesAsync());
    }

    [Fact]
    public async Task Within_the_cache_duration_the_same_response_is_served_per_format()
    {
        await using var host = await MetricsHost.StartAsync(options => options.ScrapeResponseCacheDurationMilliseconds = ForTheTest);
        var counter = host.Meter.CreateCounter<int>("c");
        counter.Add(1);
        var first = await host.ScrapeAsync();

        counter.Add(1);

        Assert.Equal(first, await host.ScrapeAsync());
        Assert.Contains("c_total{} 2\n", await host.ScrapeAsync(MetricsHost.OpenMetrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_cache_duration_metrics_are_collected_again()
    {
        await using var host = await MetricsHost.StartAsync(options => options.ScrapeResponseCacheDurationMilliseconds = 20);
        var counter = host.Meter.CreateCounter<int>("c");
        counter.Add(1);
        await host.ScrapeAsync();

        counter.Add(1);

        await Eventually.TrueAsync(
            async () => (await host.SamplesAsync()).Contains("c_total{} 2"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_callback_that_throws_costs_its_own_metric_only()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException("no reading"));
        host.Meter.CreateObservableGauge("gauge", () => 1);

        Assert.Equal(["gauge{} 1"], await host.SamplesAsync());
    }
}
