using System.Text.RegularExpressions;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>Names and units: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".</summary>
public partial class NamingTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", "http_server_request_duration_seconds")]
    [InlineData("already_seconds", "s", "already_seconds")]
    [InlineData("a..b--c", null, "a_b_c")]
    [InlineData("a__b", null, "a_b")]
    [InlineData("a/b", null, "a_b")]
    [InlineData("size", "By", "size_bytes")]
    [InlineData("size", "MiBy", "size_mebibytes")]
    [InlineData("wait", "ms", "wait_milliseconds")]
    [InlineData("load", "1", "load")]
    [InlineData("load", "%", "load_percent")]
    [InlineData("jobs", "{job}", "jobs")]
    [InlineData("jobs", "{job}/s", "jobs_per_second")]
    [InlineData("speed", "m/s", "speed_meters_per_second")]
    [InlineData("speed", "GBy/h", "speed_gigabytes_per_hour")]
    [InlineData("odd", "furlong/fortnight", "odd_furlong_per_fortnight")]
    [InlineData("odd", "s/", "odd_s")]
    [InlineData("odd", "a b", "odd_a_b")]
    [InlineData("odd", "{a}By{b}", "odd_bytes")]
    [InlineData("odd", "{unclosed", "odd_unclosed")]
    public async Task A_gauge_is_named_the_same_in_both_formats(string name, string? unit, string expected)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge(name, () => 1, unit);

        Assert.Equal([expected + "{} 1"], await host.SamplesAsync());
        Assert.Equal([expected + "{} 1"], await host.SamplesAsync(MetricsHost.OpenMetrics));
    }

    [Theory]
    [InlineData("genai_images_generated", null, "genai_images_generated_total")]
    [InlineData("requests_total", null, "requests_total")]
    [InlineData("sent", "By", "sent_bytes_total")]
    [InlineData("sent_bytes_total", "By", "sent_bytes_total")]
    public async Task A_counter_ends_in_total_and_its_OpenMetrics_family_does_not(string name, string? unit, string sample)
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateCounter<int>(name, unit).Add(1);
        var family = sample[..^"_total".Length];

        var text = await host.ScrapeAsync();
        var openMetrics = await host.ScrapeAsync(MetricsHost.OpenMetrics);

        Assert.Contains($"# TYPE {sample} counter\n{sample}{{}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"# TYPE {family} counter\n", openMetrics, StringComparison.Ordinal);
        Assert.Contains($"\n{sample}{{}} 1\n{family}_created{{}} ", openMetrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_total_suffix_can_be_left_off_in_the_text_format_only()
    {
        await using var host = await MetricsHost.StartAsync(options => options.DisableTotalNameSuffixForCounters = true);
        host.Meter.CreateCounter<int>("images").Add(1);

        Assert.Equal(["images{} 1"], await host.SamplesAsync());
        Assert.Contains("images_total{} 1", await host.SamplesAsync(MetricsHost.OpenMetrics));
    }

    [Fact]
    public async Task Metrics_of_one_name_share_their_metadata()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("load.one", () => 1);
        host.Meter.CreateObservableGauge("load_one", () => 2, description: "The first that says something.");

        var text = await host.ScrapeAsync();

        Assert.Equal("# TYPE load_one gauge\n# HELP load_one The first that says something.\nload_one{} 1\nload_one{} 2\n", text);
    }

    [Fact]
    public async Task Metrics_of_one_name_and_different_types_are_left_out()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("load.one", () => 1);
        host.Meter.CreateHistogram<int>("load_one").Record(1);
        host.Meter.CreateObservableGauge("other", () => 1);

        Assert.Equal("# TYPE other gauge\nother{} 1\n", await host.ScrapeAsync());
    }

    [Fact]
    public async Task A_metric_that_appears_later_is_scraped_too()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("first", () => 1);
        Assert.Equal(["first{} 1"], await host.SamplesAsync());

        host.Meter.CreateObservableGauge("second", () => 2);

        Assert.Equal(["first{} 1", "second{} 2"], await host.SamplesAsync());
    }

    [Fact]
    public async Task Each_name_has_one_TYPE_line_and_its_samples_together()
    {
        await using var host = await MetricsHost.StartAsync();
        foreach (var name in (string[])["b", "a.x", "a", "a_x", "b_total"])
            host.Meter.CreateCounter<int>(name).Add(1);

        var families = TypeLine().Matches(await host.ScrapeAsync()).Select(match => match.Groups["family"].Value).ToList();

        Assert.Equal(["a_total", "a_x_total", "b_total"], families);
    }

    [GeneratedRegex(@"^# TYPE (?<family>\S+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeLine();
}
