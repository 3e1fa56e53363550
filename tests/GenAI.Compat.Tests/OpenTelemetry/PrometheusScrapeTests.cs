using System.Diagnostics;
using System.Text.Json;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>A real Prometheus scrapes us: in OpenMetrics, which it asks for, and in the text format.</summary>
[Collection(PlatformMeters.Name)]
public class PrometheusScrapeTests
{
    [Fact]
    public async Task Prometheus_reads_the_series_their_types_and_their_exemplars()
    {
        await using var host = await StartHostAsync();
        Record(host);
        await using var prometheus = PrometheusServer.Start(
            Job("openmetrics", "/metrics", host) + Job("text", "/text", host));

        Assert.Equal(["1"], await prometheus.QueryAsync("up{job=\"openmetrics\"} == 1"));
        Assert.Equal(["1"], await prometheus.QueryAsync("up{job=\"text\"} == 1"));
        foreach (var job in (string[])["openmetrics", "text"])
            await AssertSeriesAsync(prometheus, job);

        await AssertTypesAsync(prometheus);
        await AssertExemplarAsync(prometheus);
    }

    private static Task<MetricsHost> StartHostAsync() => MetricsHost.StartAsync(
        exporter: options => (options.ScopeInfoEnabled, options.TargetInfoEnabled) = (true, true),
        metrics: provider => provider
            .AddMeter("Microsoft.AspNetCore.Hosting", "System.Runtime")
            .ConfigureResource(resource => resource.AddService("scraped", autoGenerateServiceInstanceId: false))
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddView("work", new ExplicitBucketHistogramConfiguration { Boundaries = [0.5, 2] }),
        map: app =>
        {
            app.MapPrometheusScrapingEndpoint();
            app.MapPrometheusScrapingEndpoint(
                "/text", meterProvider: null, configureBranchedPipeline: UseTextFormat, optionsName: null);
        });

    private static void UseTextFormat(IApplicationBuilder branch) => branch.Use((context, next) =>
    {
        context.Request.Headers.Accept = MetricsHost.Text;
        return next(context);
    });

    private static void Record(MetricsHost host)
    {
        host.Meter.CreateCounter<long>("images", description: "Images \"made\".\nAll of them.")
            .Add(3, new KeyValuePair<string, object?>("prompt", "a \"red\" circle\n\\ blue"));
        host.Meter.CreateObservableGauge("not.a.number", () => double.NaN);
        host.Meter.CreateObservableGauge("temperature", () => -1.5e-7, "Cel");

        var work = host.Meter.CreateHistogram<double>("work", "s");
        work.Record(0.5);
        using var span = new Activity("sampled").SetIdFormat(ActivityIdFormat.W3C);
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        span.Start();
        work.Record(1);
        work.Record(50);
    }

    private static string Job(string name, string path, MetricsHost host)
        => $"  - job_name: {name}\n    metrics_path: {path}\n    static_configs:\n      - targets: ['{host.Client.BaseAddress!.Authority}']\n";

    private static async Task AssertSeriesAsync(PrometheusServer prometheus, string job)
    {
        Assert.Equal(["3"], await prometheus.QueryAsync($$"""images_total{job="{{job}}",prompt="a \"red\" circle\n\\ blue"}"""));
        Assert.Equal(["NaN"], await prometheus.QueryAsync($$"""not_a_number{job="{{job}}"}"""));
        Assert.Equal(["-1.5e-07"], await prometheus.QueryAsync($$"""temperature_celsius{job="{{job}}"}"""));
        Assert.Equal(["1"], await prometheus.QueryAsync($$"""target_info{job="{{job}}",service_name="scraped"}"""));
        Assert.Equal(["1", "2", "3"], await prometheus.QueryAsync($$"""sort(work_seconds_bucket{job="{{job}}"})"""));
        Assert.Equal(["51.5"], await prometheus.QueryAsync($$"""work_seconds_sum{job="{{job}}"}"""));
        Assert.Equal(["3"], await prometheus.QueryAsync($$"""work_seconds_count{job="{{job}}"}"""));
        Assert.Equal(["1.25"], await prometheus.QueryAsync($$"""histogram_quantile(0.5, work_seconds_bucket{job="{{job}}"})"""));
        Assert.NotEmpty(await prometheus.QueryAsync($$"""http_server_request_duration_seconds_bucket{job="{{job}}",http_route="/metrics"}"""));
        Assert.NotEmpty(await prometheus.QueryAsync($$"""dotnet_process_memory_working_set_bytes{job="{{job}}"} > 0"""));
    }

    private static async Task AssertTypesAsync(PrometheusServer prometheus)
    {
        // In OpenMetrics a counter's family is called without _total.
        var types = await TypesAsync(prometheus, "openmetrics");
        Assert.Equal("counter", types["images"]);
        Assert.Equal("gauge", types["temperature_celsius"]);
        Assert.Equal("histogram", types["work_seconds"]);
        Assert.Equal("histogram", types["http_server_request_duration_seconds"]);
        Assert.Equal("info", types["target"]);
        Assert.Equal("counter", (await TypesAsync(prometheus, "text"))["images_total"]);
    }

    private static async Task<Dictionary<string, string>> TypesAsync(PrometheusServer prometheus, string job)
    {
        var target = Uri.EscapeDataString($$"""{job="{{job}}"}""");
        var metadata = await prometheus.GetAsync($"targets/metadata?match_target={target}");
        return metadata!.Value.EnumerateArray().ToDictionary(
            family => family.GetProperty("metric").GetString()!, family => family.GetProperty("type").GetString()!, StringComparer.Ordinal);
    }

    private static async Task AssertExemplarAsync(PrometheusServer prometheus)
    {
        var exemplars = new List<JsonElement>();
        await Eventually.TrueAsync(
            async () =>
            {
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
                var found = await prometheus.GetAsync($"query_exemplars?query=work_seconds_bucket&start={now - 600}&end={now + 600}");
                exemplars.AddRange(found!.Value.EnumerateArray().SelectMany(series => series.GetProperty("exemplars").EnumerateArray()));
                return exemplars.Count > 0;
            },
            TestContext.Current.CancellationToken);

        Assert.All(exemplars, exemplar => Assert.Equal(32, exemplar.GetProperty("labels").GetProperty("trace_id").GetString()!.Length));
    }
}
