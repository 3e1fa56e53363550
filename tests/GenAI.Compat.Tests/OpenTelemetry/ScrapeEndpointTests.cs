using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace GenAI.Compat.Tests.OpenTelemetry;

public class ScrapeEndpointTests
{
    private const string OtherMeter = "Endpoint.Other";

    public static TheoryData<string, Action<WebApplication>> Endpoints => new()
    {
        { "/metrics", app => app.MapPrometheusScrapingEndpoint() },
        { "/m", app => app.MapPrometheusScrapingEndpoint("m") },
        { "/m", app => app.MapPrometheusScrapingEndpoint("/m", meterProvider: null, configureBranchedPipeline: null, optionsName: null) },
        { "/metrics", app => app.UseOpenTelemetryPrometheusScrapingEndpoint() },
        { "/m", app => app.UseOpenTelemetryPrometheusScrapingEndpoint("/m") },
        { "/x?scrape", app => app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.QueryString.Value == "?scrape") },
    };

    [Theory]
    [MemberData(nameof(Endpoints), DisableDiscoveryEnumeration = true)]
    public async Task Every_overload_serves_its_path_and_no_other(string path, Action<WebApplication> map)
    {
        await using var host = await MetricsHost.StartAsync(map: map);
        host.Meter.CreateObservableGauge("gauge", () => 1);

        using var scrape = await host.GetAsync(path, accept: null);
        using var other = await host.GetAsync("/other", accept: null);

        Assert.Equal(HttpStatusCode.OK, scrape.StatusCode);
        Assert.Contains("gauge{} 1", await scrape.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task The_path_of_the_options_is_the_default()
    {
        await using var host = await MetricsHost.StartAsync(options => options.ScrapeEndpointPath = "/internal/metrics");

        using var response = await host.GetAsync("/internal/metrics", accept: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_branch_runs_what_was_configured_for_it()
    {
        await using var host = await MetricsHost.StartAsync(map: app => app.MapPrometheusScrapingEndpoint(
            path: null,
            meterProvider: null,
            configureBranchedPipeline: branch => branch.Use(async (context, next) =>
            {
                context.Response.Headers["X-Branch"] = "yes";
                await next(context);
            }),
            optionsName: null));

        using var response = await host.GetAsync("/metrics", accept: null);

        Assert.Equal(["yes"], response.Headers.GetValues("X-Branch"));
    }

    [Fact]
    public async Task A_response_is_compressed_for_those_who_accept_it()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateObservableGauge("gauge", () => 1);
        host.Client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");

        using var response = await host.GetAsync("/metrics", accept: null);
        await using var content = new GZipStream(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(
            "# TYPE gauge gauge\ngauge{} 1\n", await new StreamReader(content).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_response_beyond_the_limit_is_an_error_and_the_next_within_it_is_not()
    {
        var series = 4000;
        await using var host = await MetricsHost.StartAsync(
            options => options.MaxScrapeResponseSizeBytes = 100_000,
            provider => provider.AddView("gauge", new MetricStreamConfiguration { CardinalityLimit = 10_000 }));
        host.Meter.CreateObservableGauge("gauge", () => Enumerable.Range(0, series)
            .Select(i => new Measurement<int>(i, new KeyValuePair<string, object?>("series", $"number {i} of many"))));

        using var tooLarge = await host.GetAsync("/metrics", accept: null);
        series = 10;
        using var small = await host.GetAsync("/metrics", accept: null);

        Assert.Equal(HttpStatusCode.InternalServerError, tooLarge.StatusCode);
        Assert.Empty(await tooLarge.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    [Fact]
    public async Task Large_responses_grow_past_the_first_buffer()
    {
        const int Series = 20_000;
        await using var host = await MetricsHost.StartAsync(
            metrics: provider => provider.AddView("gauge", new MetricStreamConfiguration { CardinalityLimit = Series + 1 }));
        host.Meter.CreateObservableGauge("gauge", () => Enumerable.Range(0, Series)
            .Select(i => new Measurement<int>(i, new KeyValuePair<string, object?>("series", i))));

        var samples = await host.SamplesAsync();

        Assert.Equal(Enumerable.Range(0, Series).Select(i => $$"""gauge{series="{{i}}"} {{i}}""").Order(), samples.Order());
    }

    [Fact]
    public async Task A_provider_without_the_exporter_is_refused_at_start()
    {
        await using var app = CreateApp(services => services.AddOpenTelemetry().WithMetrics());

        var refusal = Assert.Throws<ArgumentException>(() => app.MapPrometheusScrapingEndpoint());

        Assert.Contains("exporter", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_disabled_SDK_serves_an_empty_answer()
    {
        await using var app = CreateApp(
            services => services.AddOpenTelemetry().WithMetrics(provider => provider.AddPrometheusExporter()),
            ("OTEL_SDK_DISABLED", "true"));
        app.MapPrometheusScrapingEndpoint();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        Assert.Empty(await client.GetStringAsync(app.Urls.First() + "/metrics", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_exporters_with_options_of_their_own_serve_two_paths()
    {
        using var other = Sdk.CreateMeterProviderBuilder()
            .AddMeter(OtherMeter)
            .AddPrometheusExporter("other", options => options.ScrapeEndpointPath = "/other")
            .Build();
        await using var host = await MetricsHost.StartAsync(map: app =>
        {
            app.MapPrometheusScrapingEndpoint();
            app.MapPrometheusScrapingEndpoint("/other", other, configureBranchedPipeline: null, optionsName: null);
        });
        using var otherMeter = new Meter(OtherMeter);
        otherMeter.CreateObservableGauge("gauge", () => 2);
        host.Meter.CreateObservableGauge("gauge", () => 1);

        Assert.Equal(["gauge{} 1"], await host.SamplesAsync());
        using var response = await host.GetAsync("/other", accept: null);
        var samples = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($$"""gauge{otel_scope_name="{{OtherMeter}}"} 2""", samples, StringComparison.Ordinal);
    }

    private static WebApplication CreateApp(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        foreach (var (key, value) in settings)
            builder.Configuration.AddInMemoryCollection([new(key, value)]);

        configure(builder.Services);
        return builder.Build();
    }
}
