using System.Collections.Concurrent;
using System.Text;
using GenAI.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenAI.ServiceDefaults.Tests;

/// <summary>What reaches a collector over OTLP (HTTP, protobuf). Strings are plain UTF-8 in protobuf, so they can be looked for.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Signal, string Body)> _received = new();
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync() => _collector = await Loopback.StartAsync(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    });

    public ValueTask DisposeAsync() => _collector.DisposeAsync();

    [Fact]
    public async Task Traces_metrics_and_logs_are_sent_and_probes_are_not_traced()
    {
        await using var service = new SampleProcess(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_SERVICE_NAME", "sample-7"), ("VERSION", "3.2.1"));
        using var client = new HttpClient { BaseAddress = await service.ListeningAsync() };
        foreach (var path in new[] { "/health", "/alive", "/metrics", "/log", "/work" })
            await client.GetStringAsync(path, TestContext.Current.CancellationToken);

        await ReceivedAsync("/v1/traces", "sample work");
        await ReceivedAsync("/v1/traces", "GET /work");
        await ReceivedAsync("/v1/traces", "http.response.status_code");
        await ReceivedAsync("/v1/logs", "An information line about flux");
        await ReceivedAsync("/v1/metrics", "genai_sample_seconds");
        Assert.All(_received, item => Assert.Contains("sample-7", item.Body, StringComparison.Ordinal));
        Assert.All(_received, item => Assert.Contains("3.2.1", item.Body, StringComparison.Ordinal));
        foreach (var probe in new[] { "/health", "/alive", "/metrics" })
            Assert.DoesNotContain(_received, item => item.Signal == "/v1/traces" && item.Body.Contains(probe, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_said_none_to_is_not_sent()
    {
        await using var service = new SampleProcess(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "50"),
            ("OTEL_METRICS_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none"));
        using var client = new HttpClient { BaseAddress = await service.ListeningAsync() };

        foreach (var path in new[] { "/log", "/work" }) await client.GetStringAsync(path, TestContext.Current.CancellationToken);

        await ReceivedAsync("/v1/traces", "/work");
        Assert.All(_received, item => Assert.Equal("/v1/traces", item.Signal));
        // Prometheus asks for them all the same.
        Assert.Contains("genai_sample_seconds", await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exporter_that_is_none_is_told()
    {
        await using var service = new SampleProcess(("OTEL_METRICS_EXPORTER", "prometheus"));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Contains("OTEL_METRICS_EXPORTER is 'prometheus'; expected otlp or none.", service.Errors, StringComparison.Ordinal);
    }

    private Task ReceivedAsync(string signal, string text) => Eventually.TrueAsync(
        () => _received.Any(item => item.Signal == signal && item.Body.Contains(text, StringComparison.Ordinal)),
        TestContext.Current.CancellationToken,
        what: $"'{text}' is received at {signal}");
}
