using System.Net.Sockets;
using System.Text.RegularExpressions;
using GenAI.Contracts.Access;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.FastPath;

/// <summary>Nothing that a client or an instance can see depends on whether there is a fast path.</summary>
public sealed partial class FastPathDifferenceTests
{
    private const string Small = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".h")]
    [InlineData("h..")]
    [InlineData("a..b")]
    [InlineData("h:+1")]
    [InlineData("h: 80")]
    [InlineData("h:65536")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123.example")]
    public Task A_host_that_is_none_is_found_out(string host) => AssertSameAsync($"GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");

    [Theory]
    [InlineData("http://page.example")]
    [InlineData("http://other.example")]
    [InlineData("null")]
    public Task A_page_that_may_use_the_gateway_is_told_so(string origin) =>
        AssertSameAsync($"GET /x HTTP/1.1\r\nHost: h\r\nOrigin: {origin}\r\n\r\n", new() { ["GenAI:Gateway:Cors:Origins:0"] = "http://page.example" });

    [Theory]
    [InlineData("X-Forwarded-For: 9.9.9.9")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-For: 9.9.9.9, 8.8.8.8\r\nX-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: other")]
    public Task A_proxy_in_front_is_believed_where_it_is_to_be(string headers) =>
        AssertSameAsync($"GET /x HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n", new() { ["FORWARDEDHEADERS_ENABLED"] = "true" });

    [Theory]
    [InlineData("good.example")]
    [InlineData("evil.example")]
    public Task Hosts_that_are_not_named_are_refused_where_some_are(string host) =>
        AssertSameAsync($"GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n", new() { ["AllowedHosts"] = "good.example" });

    [Theory]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HEAD", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n")]
    public Task An_answer_comes_back_the_same(string method, string answer) => AssertSameAsync($"{method} /x HTTP/1.1\r\nHost: h\r\n\r\n", answer: answer);

    [Fact]
    public async Task What_is_left_of_a_key_s_requests_is_said_before_what_the_instance_says()
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\nRateLimit-Limit: 99\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = KeyedGateway.Start(new() { ["SD35_URL"] = instance.Address });
        var key = await gateway.CreateKeyAsync(new CreateKeyRequest { Quotas = new KeyQuotas { RequestsPerMinute = 7 } }, Token);

        var answer = await AskAsync(gateway.Gateway.StableDiffusion, $"GET /x HTTP/1.1\r\nHost: h\r\nX-API-Key: {key.Key}\r\n\r\n");

        Assert.True(answer.IndexOf("RateLimit-Limit: 7", StringComparison.Ordinal) < answer.IndexOf("RateLimit-Limit: 99", StringComparison.Ordinal), answer);
        Assert.Contains("RateLimit-Limit: 7", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SD35_URL", true)]
    [InlineData("SD35_URL", false)]
    [InlineData("FLUX_URL", true)]
    [InlineData("FLUX_URL", false)]
    public async Task An_instance_that_is_gone_is_ejected_though_each_request_has_a_connection_of_its_own(string instances, bool fast)
    {
        await using var good = await NamedServer.StartAsync("good", Token);
        await using var gateway = Start(new() { [instances] = $"{good.Address},{NamedServer.Nobody()}" }, fast);
        var address = instances == "SD35_URL" ? gateway.StableDiffusion : gateway.Flux;

        for (var i = 1; i <= 40; i++)
        {
            using var client = NamedServer.ClientFrom($"127.0.0.{i}", address);
            Assert.Equal("good", await client.GetStringAsync("x", Token));
        }

        Assert.Single(gateway.Log.Lines, line => line.Contains("Ejected instance", StringComparison.Ordinal));
        Assert.Equal(5, gateway.Log.Lines.Count(line => line.Contains("goes to another one", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_before_there_is_an_answer_is_counted_as_one(bool fast)
    {
        var asked = new TaskCompletionSource();
        await using var instance = ScriptedInstance.Start(async (head, stream, token) =>
        {
            if (!head.StartsWith("GET /x ", StringComparison.Ordinal)) return false;
            asked.TrySetResult();
            return await stream.ReadAsync(new byte[1], token) > 0;
        });
        await using var gateway = Start(new() { ["SD35_URL"] = instance.Address }, fast);
        using var recorder = gateway.Record();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", gateway.StableDiffusion.Port, Token);
            await socket.GetStream().WriteAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
            await asked.Task.WaitAsync(Token);
        }

        await Eventually.TrueAsync(() => recorder.Of("http.server.request.duration").Count == 1, Token);
        Assert.Equal(499, recorder.Of("http.server.request.duration").Single().Tags["http.response.status_code"]);
        // The gateway asks by itself too.
        Assert.Contains(recorder.Of("http.client.request.duration"), asking => asking.Tags.GetValueOrDefault("error.type") is "System.OperationCanceledException");
    }

    private static async Task AssertSameAsync(string request, Dictionary<string, string?>? settings = null, string answer = Small)
    {
        var seen = new List<string[]>();
        foreach (var fast in (bool[])[true, false])
        {
            await using var instance = ScriptedInstance.Answering(answer);
            await using var gateway = Start(new(settings ?? []) { ["SD35_URL"] = instance.Address }, fast);
            var answered = await AskAsync(gateway.StableDiffusion, request);
            seen.Add([.. Lines(answered), .. instance.Requests.SelectMany(Lines)]);
        }

        Assert.NotEmpty(seen[1]);
        Assert.Equal(seen[1], seen[0]);
    }

    private static TestGateway Start(Dictionary<string, string?> settings, bool fast) =>
        TestGateway.Start(settings: new(settings) { ["GenAI:Gateway:FastPath"] = fast.ToString() });

    /// <summary>Another request ends the connection, since one that does so itself is not plain.</summary>
    private static Task<string> AskAsync(Uri address, string request) =>
        RawRequest.SendAsync(address, request + "HEAD /end HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n\r\n", Token);

    /// <summary>Without what differs from one time to the next.</summary>
    private static string[] Lines(string text) =>
        [.. text.Split("\r\n").Where(line => !IsOfTheTime(line)).Select(line => Changing().Replace(line, "*")).Order(StringComparer.Ordinal)];

    /// <summary>There is a trace for as long as anybody in the process, other tests too, listens to traces.</summary>
    private static bool IsOfTheTime(string line) =>
        line.StartsWith("Date:", StringComparison.Ordinal) || line.StartsWith("traceparent:", StringComparison.Ordinal);

    [GeneratedRegex("[0-9a-f]{32}|:[0-9]{4,5}", RegexOptions.NonBacktracking)]
    private static partial Regex Changing();
}
