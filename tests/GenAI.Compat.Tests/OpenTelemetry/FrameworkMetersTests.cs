using System.Diagnostics.Metrics;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.Compat.Tests.OpenTelemetry;

/// <summary>The meters of ASP.NET Core, Kestrel, HttpClient and the runtime, under the names that dashboards know.</summary>
[Collection(PlatformMeters.Name)]
public class FrameworkMetersTests
{
    private static readonly string[] _conventional =
    [
        "http_server_request_duration_seconds histogram",
        "http_server_active_requests gauge",
        "kestrel_active_connections gauge",
        "kestrel_connection_duration_seconds histogram",
        "kestrel_queued_connections gauge",
        "http_client_request_duration_seconds histogram",
        "http_client_open_connections gauge",
        "http_client_active_requests gauge",
        "http_client_request_time_in_queue_seconds histogram",
        "aspnetcore_routing_match_attempts_total counter",
        "dotnet_process_cpu_time_seconds_total counter",
        "dotnet_process_memory_working_set_bytes gauge",
        "dotnet_gc_collections_total counter",
        "dotnet_gc_heap_total_allocated_bytes_total counter",
        "dotnet_gc_pause_time_seconds_total counter",
        "dotnet_thread_pool_work_item_count_total counter",
        "dotnet_exceptions_total counter",
    ];

    [Fact]
    public async Task The_meters_of_the_platform_come_out_under_their_conventional_names()
    {
        await using var host = await StartAndUseAsync();

        // Kestrel measures a connection when it has ended, which is after the client has its answer.
        await Eventually.TrueAsync(
            async () => (await FamiliesAsync(host)).Any(family => family.StartsWith("kestrel_connection_duration", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);

        var families = await FamiliesAsync(host);
        Assert.Empty(_conventional.Except(families));
        Assert.Distinct(families.Select(family => family.Split(' ')[0]));
    }

    [Fact]
    public async Task A_request_is_counted_under_its_route_and_status()
    {
        await using var host = await StartAndUseAsync();

        // Counted when the server has done with it, which is after the client has its answer.
        await Eventually.TrueAsync(
            async () => (await host.SamplesAsync()).Any(line =>
                line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
                && line.Contains("http_route=\"/items/{id}\"", StringComparison.Ordinal)
                && line.Contains("http_request_method=\"GET\"", StringComparison.Ordinal)
                && line.Contains("http_response_status_code=\"404\"", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Promtool_reads_the_exposition_of_a_whole_application()
    {
        await using var host = await StartAndUseAsync();

        var check = await Promtool.CheckMetricsAsync(await host.ScrapeAsync(), TestContext.Current.CancellationToken);

        var problems = check.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // These opinions are on names of .NET's own meters, which are fixed.
        Assert.True(check.ExitCode is 0 or Promtool.LintOnly, $"promtool ended with {check.ExitCode}: {check.Error}");
        Assert.All(problems, problem => Assert.Matches(
            "^dotnet_(assembly|process_cpu|timer)_count non-histogram and non-summary metrics should not have \"_count\" suffix$", problem));
    }

    /// <summary>Name and type of each.</summary>
    private static async Task<List<string>> FamiliesAsync(MetricsHost host)
        => [.. (await host.ScrapeAsync()).Split('\n')
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line["# TYPE ".Length..])];

    private static async Task<MetricsHost> StartAndUseAsync()
    {
        var host = await MetricsHost.StartAsync(
            exporter: options => (options.ScopeInfoEnabled, options.TargetInfoEnabled) = (true, true),
            metrics: provider => provider.AddMeter(
                "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing",
                "System.Net.Http", "System.Net.NameResolution", "System.Runtime"),
            map: app =>
            {
                app.MapPrometheusScrapingEndpoint();
                app.MapGet("/items/{id}", (int id) => Results.NotFound($"no {id}"));
                app.MapGet("/items/broken", string () => throw new InvalidOperationException("broken"));
            });

        host.App.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions(host.Meter.Name))
            .CreateHistogram<double>("genai_request_duration_seconds", "s", "Seconds of a request.").Record(1);
        host.Client.DefaultRequestHeaders.ConnectionClose = true;
        (await host.GetAsync("/items/1", accept: null)).Dispose();
        (await host.GetAsync("/items/broken", accept: null)).Dispose();

        return host;
    }
}
