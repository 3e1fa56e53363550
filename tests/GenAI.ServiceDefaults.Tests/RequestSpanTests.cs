using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using GenAI.Testing;

namespace GenAI.ServiceDefaults.Tests;

/// <summary>What a service says on the spans of its requests.</summary>
public sealed class RequestSpanTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly SampleFactory _service = new();
    private readonly ActivityListener _listener;

    public RequestSpanTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _service.UseKestrel(0);
        _service.StartServer();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return _service.DisposeAsync();
    }

    [Theory]
    [InlineData("GET /number?value=7", "GET /number", "http.request.method=GET http.response.status_code=200 http.route=/number url.path=/number url.scheme=http", ActivityStatusCode.Unset)]
    [InlineData("GET /nowhere", "GET", "http.request.method=GET http.response.status_code=404 url.path=/nowhere url.scheme=http", ActivityStatusCode.Unset)]
    [InlineData("BREW /number", "HTTP", "http.request.method=_OTHER http.request.method_original=BREW http.response.status_code=405 url.path=/number url.scheme=http", ActivityStatusCode.Unset)]
    public async Task A_request_is_told_by_the_conventions(string line, string name, string tags, ActivityStatusCode status)
    {
        var answer = await SendAsync($"{line} HTTP/1.1\r\nHost: {{0}}\r\nConnection: close\r\n\r\n", "a.example:81");
        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);

        var span = await SpanAsync("a.example");

        Assert.Equal((name, status), (span.DisplayName, span.Status));
        Assert.Equal(81, span.GetTagItem("server.port"));
        Assert.Equal(tags, string.Join(' ', span.TagObjects.Where(tag => !tag.Key.StartsWith("server.", StringComparison.Ordinal))
            .OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")));
    }

    [Fact]
    public async Task A_failure_of_the_service_is_one_of_the_span()
    {
        await SendAsync("GET /boom HTTP/1.1\r\nHost: {0}\r\nUser-Agent: a test\r\nConnection: close\r\n\r\n", "boom.example");

        var span = await SpanAsync("boom.example");

        Assert.Equal((ActivityStatusCode.Error, "500", 500), (span.Status, span.GetTagItem("error.type"), span.GetTagItem("http.response.status_code")));
        Assert.Equal("a test", span.GetTagItem("user_agent.original"));
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--a.example")]
    public async Task A_host_that_cannot_be_decoded_has_an_answer_and_a_span(string host)
    {
        var answer = await SendAsync("GET /number?value=7 HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", host);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal("GET /number", (await SpanAsync(host)).DisplayName);
    }

    private async Task<string> SendAsync(string request, string host)
    {
        var address = _service.ClientOptions.BaseAddress;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Format(null, request, host)), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>Other tests run beside these, and their requests are recorded too.</summary>
    private Task<Activity> SpanAsync(string host) =>
        Eventually.NotNullAsync(() => Task.FromResult(_ended.FirstOrDefault(span => span.GetTagItem("server.address") as string == host)), Token);
}
