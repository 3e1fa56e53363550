using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>A web application on a free port whose metrics are those of one meter, and the client that scrapes it.</summary>
public sealed class MetricsHost : IAsyncDisposable
{
    public const string Text = "text/plain;version=0.0.4";
    public const string OpenMetrics = "application/openmetrics-text;version=1.0.0";

    private MetricsHost(WebApplication app, string meterName)
    {
        App = app;
        Meter = app.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions(meterName));
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public Meter Meter { get; }

    public HttpClient Client { get; }

    /// <param name="exporter">Options of the exporter. Unless it says otherwise there is no cache, no scope and no target.</param>
    /// <param name="metrics">More of the provider: views, meters, exemplars.</param>
    /// <param name="services">More services.</param>
    /// <param name="map">Maps the endpoint, at /metrics when null.</param>
    public static async Task<MetricsHost> StartAsync(
        Action<PrometheusAspNetCoreOptions>? exporter = null,
        Action<MeterProviderBuilder>? metrics = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        // Every provider of a process sees every meter of the process: the name tells those of parallel tests apart.
        var meterName = $"Test.Meter.{Guid.NewGuid():N}";
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services?.Invoke(builder.Services);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear())
            .WithMetrics(provider =>
            {
                provider.AddMeter(meterName);
                metrics?.Invoke(provider);
                provider.AddPrometheusExporter(options =>
                {
                    options.ScrapeResponseCacheDurationMilliseconds = 0;
                    options.ScopeInfoEnabled = false;
                    options.TargetInfoEnabled = false;
                    exporter?.Invoke(options);
                });
            });

        var app = builder.Build();
        if (map is null)
            app.MapPrometheusScrapingEndpoint();
        else
            map(app);

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new MetricsHost(app, meterName);
    }

    public async Task<string> ScrapeAsync(string accept = Text)
    {
        using var response = await GetAsync("/metrics", accept);
        Assert.True(response.IsSuccessStatusCode, $"The scrape was answered {(int)response.StatusCode}.");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The lines that are samples.</summary>
    public async Task<string[]> SamplesAsync(string accept = Text)
        => [.. (await ScrapeAsync(accept)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];

    public async Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
