using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.Forwarding;

/// <summary>GET and HEAD without a body, which go to the instance over connections of the gateway's own.</summary>
public sealed class ShortWayTests
{
    private const string Small = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>DELETE goes through YARP and its HTTP client, which is what the short way must agree with.</summary>
    [Theory]
    [InlineData("/a/b?x=1&y=%20z", "")]
    [InlineData("/", "")]
    [InlineData("/a//b/", "")]
    [InlineData("/a%20c/%C3%A9?q=\"<>[]|", "")]
    [InlineData("/a[b]{c}|d", "")]
    [InlineData("/userdata/workflows%2Fa.json?x", "")]
    [InlineData("/x", "Accept: a\r\nAccept: b\r\nCookie: c=1; d=2\r\n")]
    [InlineData("/x", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n")]
    [InlineData("/x", "Connection: close\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nUpgrade-Insecure-Requests: 1\r\n")]
    [InlineData("/x", "X-Empty:\r\nX-Name: Zoë\r\nUser-Agent: test (a; b) c/1\r\nIf-None-Match: \"x\", W/\"y\"\r\nRange: bytes=0-1\r\n")]
    public async Task An_instance_is_asked_the_same_as_by_YARP(string target, string headers)
    {
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = Gateway(instance);

        await AskAsync(gateway, "GET", target, headers);
        await AskAsync(gateway, "DELETE", target, headers);

        var asked = instance.Requests.Select(Sorted).ToArray();
        Assert.Equal(2, asked.Length);
        Assert.Equal(asked[1], asked[0]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 418 I am a teapot\r\nContent-Length: 0\r\nAlt-Svc: h3\r\nKeep-Alive: 5\r\nServer: one\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://elsewhere/x?y=z\r\nContent-Length: 0\r\nX-Bytes: \u00e9\u00ff\r\n\r\n")]
    public async Task A_client_is_answered_the_same_as_by_YARP(string answer)
    {
        await using var instance = ScriptedInstance.Answering(answer);
        await using var gateway = Gateway(instance);

        var byUs = await AskAsync(gateway, "GET", "/x");
        var byYarp = await AskAsync(gateway, "DELETE", "/x");

        Assert.Equal(Sorted(byYarp), Sorted(byUs));
    }

    [Theory]
    [InlineData("Content-Length: 3\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")]
    public async Task A_body_that_arrives_byte_by_byte_is_whole_and_the_connection_is_used_again(string rest)
    {
        await using var instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            foreach (var value in Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + rest))
            {
                await stream.WriteAsync(new[] { value }, token);
                await Task.Yield();
            }

            return true;
        });
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 3; i++) Assert.Equal("abc", await client.GetStringAsync("x", Token));

        Assert.Equal(1, instance.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    public async Task A_connection_that_cannot_be_used_again_is_not(string answer)
    {
        await using var instance = ScriptedInstance.Answering(answer);
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 3; i++) Assert.Equal("ok", await client.GetStringAsync("x", Token));

        Assert.Equal(3, instance.Connections);
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_is_given_to_nobody()
    {
        var said = 0;
        var late = new TaskCompletionSource();
        await using var instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            var isFirst = Interlocked.Increment(ref said) == 1;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Small), token);
            if (!isFirst) return true;
            await late.Task;
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"u8.ToArray(), token);
            return false;
        });
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        await client.GetStringAsync("x", Token);
        late.SetResult();
        await Eventually.TrueAsync(() => instance.Open == 0, Token);

        Assert.Equal("{}", await client.GetStringAsync("x", Token));
    }

    [Fact]
    public async Task A_body_without_a_length_ends_with_the_connection()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\n\r\nall of it", thenClose: true);
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 2; i++) Assert.Equal("all of it", await client.GetStringAsync("x", Token));
    }

    [Fact]
    public async Task HEAD_gets_the_length_and_no_body_and_the_connection_is_used_again()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, "x");
            using var response = await client.SendAsync(request, Token);
            Assert.Equal(5000, response.Content.Headers.ContentLength);
        }

        Assert.Equal(1, instance.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_body_passes_whole(bool chunked)
    {
        var body = new byte[5_000_000];
        new Random(3).NextBytes(body);
        await using var instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            var framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n4c4b40\r\n" : "Content-Length: 5000000\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + framing), token);
            await stream.WriteAsync(body, token);
            if (chunked) await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray(), token);
            return true;
        });
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 2; i++) Assert.Equal(body, await client.GetByteArrayAsync("x", Token));
        Assert.Equal(1, instance.Connections);
    }

    private static TestGateway Gateway(ScriptedInstance instance) => TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address });

    private static Task<string> AskAsync(TestGateway gateway, string method, string target, string headers = "")
    {
        var close = headers.Contains("Connection:", StringComparison.Ordinal) ? "" : "Connection: close\r\n";
        return RawRequest.SendAsync(
            gateway.StableDiffusion, $"{method} {target} HTTP/1.1\r\nHost: a.example:81\r\n{headers}{close}\r\n", Token);
    }

    [Fact]
    public async Task A_trace_that_nobody_here_records_goes_on_as_it_came()
    {
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = Gateway(instance);

        await AskAsync(gateway, "GET", "/x", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\ntracestate: a=b\r\n");
        await AskAsync(gateway, "GET", "/y");

        var (traced, untraced) = (instance.Requests.First(), instance.Requests.Last());
        Assert.Contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n", traced, StringComparison.Ordinal);
        Assert.Contains("tracestate: a=b\r\n", traced, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", untraced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorded_trace_has_a_span_for_the_instance_which_is_what_the_instance_is_told_of()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or GatewayMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = Gateway(instance);

        await AskAsync(gateway, "GET", "/x?key=secret", $"traceparent: 00-{trace}-b7ad6b7169203331-01\r\ntracestate: a=b\r\n");

        await Eventually.TrueAsync(() => spans.Any(span => span.Kind == ActivityKind.Client), Token);
        var span = spans.Single(span => span.Kind == ActivityKind.Client);
        Assert.Contains($"traceparent: 00-{trace}-{span.SpanId}-01\r\n", instance.Requests.Single(), StringComparison.Ordinal);
        Assert.Contains("tracestate: a=b\r\n", instance.Requests.Single(), StringComparison.Ordinal);
        Assert.Equal(503, span.GetTagItem("http.response.status_code"));
        Assert.Equal(instance.Address + "x", span.GetTagItem("url.full"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    /// <summary>
    /// Without the method, the time and the trace, which YARP begins for every request; several headers of one name are as good as one with a list.
    /// </summary>
    private static string Sorted(string message)
    {
        var head = message[..message.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        var headers = head[1..]
            .Where(line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("traceparent:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase)
            .Select(group => $"{group.Key}: {string.Join(", ", group)}")
            .Order(StringComparer.OrdinalIgnoreCase);
        var first = head[0].Replace("DELETE ", "GET ", StringComparison.Ordinal);
        return string.Join('\n', headers.Prepend(first)) + message[message.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];
    }
}
