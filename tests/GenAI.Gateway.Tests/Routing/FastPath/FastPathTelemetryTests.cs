using System.Collections.Concurrent;
using System.Diagnostics;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.FastPath;

/// <summary>What is measured and traced of a request does not depend on its way.</summary>
public sealed class FastPathTelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hosts_instruments_say_the_same()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        var fast = await MeasuredAsync(instance, isFast: true);
        var ordinary = await MeasuredAsync(instance, isFast: false);

        Assert.Equal(4, ordinary.Length);
        Assert.Equal(ordinary, fast);
    }

    [Fact]
    public async Task A_recorded_request_has_the_same_spans()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        var fast = await TracedAsync(instance, isFast: true);
        var ordinary = await TracedAsync(instance, isFast: false);

        Assert.Equal(2, ordinary.Length);
        Assert.Equal(ordinary, fast);
    }

    private static async Task<string[]> MeasuredAsync(ScriptedInstance instance, bool isFast)
    {
        await using var gateway = Gateway(instance, isFast);
        using var recorder = gateway.Record();
        await AskAsync(gateway, "/x");
        Measured[] all = [];
        await Eventually.TrueAsync(
            () =>
            {
                all = [.. recorder.Of("http.server.request.duration"), .. recorder.Of("http.server.active_requests"), .. recorder.Of("kestrel.connection.duration")];
                return all.Length == 4;
            },
            Token);
        Assert.InRange(recorder.Of("http.server.request.duration").Single().Value, 1e-6, 60);
        return [.. all.Select(measured => $"{measured.Instrument} {(measured.Instrument.EndsWith("duration", StringComparison.Ordinal) ? "" : measured.Value)} {Text(measured.Tags.Where(tag => tag.Key != "server.port"))}")];
    }

    private static async Task<string[]> TracedAsync(ScriptedInstance instance, bool isFast)
    {
        var path = $"/traced-{isFast}";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or GatewayMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = Gateway(instance, isFast);

        await AskAsync(gateway, path);

        // Other tests run beside this one, and their requests are recorded too.
        Activity[] ours = [];
        await Eventually.TrueAsync(
            () =>
            {
                var server = spans.FirstOrDefault(span => span.Kind == ActivityKind.Server && (span.GetTagItem("url.path") as string)?.EndsWith(path, StringComparison.Ordinal) == true);
                ours = [.. spans.Where(span => span.TraceId == server?.TraceId).OrderBy(span => span.Kind)];
                return ours.Length == 2;
            },
            Token);
        Assert.Contains($"traceparent: 00-{ours[1].TraceId}-{ours[1].SpanId}-01\r\n", instance.Requests.Last(), StringComparison.Ordinal);
        return
        [
            .. ours.Select(span => $"{span.Source.Name} {span.OperationName} {span.DisplayName} {span.Kind} {span.Status} {Text(span.TagObjects)}"
                .Replace(path, "/traced", StringComparison.Ordinal)),
        ];
    }

    private static async Task AskAsync(TestGateway gateway, string path)
    {
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        await connection.AskAsync($"GET {path}?secret=1 HTTP/1.1\r\nHost: a.example:81\r\nUser-Agent: test\r\n\r\n", Token);
    }

    private static string Text(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    private static TestGateway Gateway(ScriptedInstance instance, bool isFast) =>
        TestGateway.Start(settings: new()
        {
            ["SD35_URL"] = instance.Address,
            ["GenAI:Gateway:FastPath"] = isFast.ToString(),
            // Where nobody receives traces the host puts no tags on its spans. Here too nobody does.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
        });
}
