using System.Net;

namespace GenAI.ServiceDefaults.Tests;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task Requests_and_our_own_durations_have_buckets_up_to_600_seconds()
    {
        await using var service = new SampleFactory();
        using var client = service.CreateClient();
        await client.GetAsync("/work", TestContext.Current.CancellationToken);

        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains(Lines(metrics, "http_server_request_duration_seconds_bucket"), line => line.Contains("le=\"600\"", StringComparison.Ordinal));
        var ours = Lines(metrics, "genai_sample_seconds_bucket");
        Assert.EndsWith(" 0", ours.Single(line => line.Contains("le=\"120\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith(" 1", ours.Single(line => line.Contains("le=\"300\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.NotEmpty(Lines(metrics, "dotnet_gc_collections_total"));
    }

    [Fact]
    public async Task Probes_and_scrapes_are_not_counted_as_requests()
    {
        await using var service = new SampleFactory();
        using var client = service.CreateClient();
        await client.GetAsync("/work", TestContext.Current.CancellationToken);
        foreach (var path in new[] { "/health", "/alive", "/metrics" }) await client.GetAsync(path, TestContext.Current.CancellationToken);

        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var routes = Lines(metrics, "http_server_request_duration_seconds_count");
        Assert.Contains(routes, line => line.Contains("/work", StringComparison.Ordinal));
        Assert.DoesNotContain(routes, line =>
            line.Contains("health", StringComparison.Ordinal) || line.Contains("alive", StringComparison.Ordinal) || line.Contains("metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_service_and_its_version_are_named()
    {
        await using var service = new SampleFactory(("VERSION", "3.2.1"), ("OTEL_SERVICE_NAME", "flux-1-dev"));
        var metrics = await service.CreateClient().GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        var target = Assert.Single(Lines(metrics, "target_info{"));
        Assert.Contains("service_name=\"flux-1-dev\"", target, StringComparison.Ordinal);
        Assert.Contains("service_version=\"3.2.1\"", target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabled_metrics_are_not_found()
    {
        await using var service = new SampleFactory(("METRICS_ENABLED", "false"));
        using var response = await service.CreateClient().GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static string[] Lines(string metrics, string start) =>
        [.. metrics.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal))];
}
