using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.FastPath;

/// <summary>Plain requests past the server: what goes that way, and that it is the same for the instance and for the client.</summary>
public sealed class FastPathTests
{
    private const string Small = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    private const string Plain = "GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /a/b?x=1&y=z:/?", "")]
    [InlineData("GET /", "")]
    [InlineData("HEAD /x", "")]
    [InlineData("GET /x", "Accept: a\r\nAccept: b\r\nCookie: c=1; d=2\r\nRange: bytes=0-1\r\nIf-None-Match: \"x\", W/\"y\"\r\n")]
    [InlineData("GET /x", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n")]
    [InlineData("GET /x", "Connection: Keep-Alive\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nUpgrade-Insecure-Requests: 1\r\n")]
    [InlineData("GET /x", "X-Empty:\r\nX-Spaced:  a  b  \r\nUser-Agent: test (a; b) c/1\r\n")]
    public async Task An_instance_is_asked_the_same(string line, string headers)
    {
        await using var instance = ScriptedInstance.Answering(Small);
        var request = $"{line} HTTP/1.1\r\nHost: a.example:81\r\n{headers}\r\n";

        var (_, fast) = await AskAsync(instance, request, isFast: true);
        var (_, ordinary) = await AskAsync(instance, request, isFast: false);

        Assert.Equal((0, 1), (fast, ordinary));
        var asked = instance.Requests.Select(Sorted).ToArray();
        Assert.Equal(2, asked.Length);
        Assert.Equal(asked[1], asked[0]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 418 I am a teapot\r\nContent-Length: 0\r\nAlt-Svc: h3\r\nKeep-Alive: 5\r\nServer: one\r\n\r\n")]
    [InlineData("HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 205 Reset Content\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://elsewhere/x?y=z\r\nContent-Length: 0\r\nX-Bytes: \u00e9\u00ff\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nall of it", true)]
    public async Task A_client_is_answered_the_same(string answer, bool thenClose = false)
    {
        await using var instance = ScriptedInstance.Answering(answer, thenClose);

        var (byFast, fast) = await AskAsync(instance, Plain, isFast: true);
        var (byServer, ordinary) = await AskAsync(instance, Plain, isFast: false);

        Assert.Equal((0, 1), (fast, ordinary));
        Assert.Equal((Sorted(byServer.Head), byServer.Body), (Sorted(byFast.Head), byFast.Body));
        Assert.Contains("\r\nDate: ", byFast.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n\r\n", 200)]
    [InlineData("GET /a%20b HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /x?a=%20 HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /x?Ticket=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /a/./b HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /a//b HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nX-Name: Zo\u00eb\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\n\r\n", 200)]
    [InlineData("GET /queue HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [InlineData("GET /x HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400, 1)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n folded\r\n\r\n", 400)]
    [InlineData("GET /x HTTP/1.1\nHost: a\n\n", 200)]
    [InlineData("GET /x HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    public async Task What_is_not_plain_is_the_servers(string request, int status, int served = 0)
    {
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = Gateway(instance);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);

        var (head, _) = await connection.AskAsync(request, Token);

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        // What the server itself refuses nobody else sees.
        Assert.Equal(status == 200 ? 1 : served, gateway.Served);
    }

    [Fact]
    public async Task A_head_that_comes_in_pieces_is_the_servers()
    {
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = Gateway(instance);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);

        await connection.SendAsync(Plain[..20], Token);
        // The server has the connection as soon as it has seen a part; either way it has the request.
        var (head, _) = await connection.AskAsync(Plain[20..], Token);

        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_in_one_piece_are_answered_in_order_by_whoever_they_are_for()
    {
        await using var instance = ScriptedInstance.Start(async (request, stream, token) =>
        {
            var target = request.Split(' ')[1];
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {target.Length}\r\n\r\n{target}"), token);
            return true;
        });
        await using var gateway = Gateway(instance);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);

        string[] targets = ["/1", "/2", "/3%20", "/4"];
        await connection.SendAsync(string.Concat(targets.Select(target => $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")), Token);

        foreach (var target in targets) Assert.Equal(target, (await connection.ReadAsync(ofHead: false, Token)).Body);
        // From the first that was not plain on they are the server's.
        Assert.Equal(2, gateway.Served);
    }

    [Theory]
    [InlineData("/models/stable-diffusion-35/x", 0)]
    [InlineData("/Models/Stable-Diffusion-35/x", 0)]
    [InlineData("/models/stable-diffusion-35", 1)]
    [InlineData("/models/nobody/x", 1)]
    [InlineData("/health", 1)]
    public async Task On_the_port_for_everything_only_a_models_paths_go_past_the_server(string path, int served)
    {
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = Gateway(instance);
        using var connection = await RawConnection.OpenAsync(gateway.Address, Token);

        await connection.AskAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n", Token);

        Assert.Equal(served, gateway.Served);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_question_to_the_instance()
    {
        using var asked = new SemaphoreSlim(0);
        await using var instance = ScriptedInstance.Start(async (_, _, token) =>
        {
            asked.Release();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return false;
        });
        await using var gateway = Gateway(instance);
        var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        await connection.SendAsync(Plain, Token);
        Assert.True(await asked.WaitAsync(Eventually.DefaultDeadline, Token));

        connection.Dispose();

        await Eventually.TrueAsync(() => gateway.Load.Requests == 0, Token);
        Assert.Equal(0, gateway.Served);
    }

    [Fact]
    public async Task What_an_instance_fails_is_the_servers_to_try_elsewhere_and_is_not_tried_there_again()
    {
        await using var broken = ScriptedInstance.Answering("nonsense\r\n\r\n", thenClose: true);
        await using var good = ScriptedInstance.Answering(Small);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = $"{broken.Address},{good.Address}" });
        while (broken.Requests.IsEmpty)
        {
            using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
            Assert.StartsWith("HTTP/1.1 200 ", (await connection.AskAsync(Plain, Token)).Head, StringComparison.Ordinal);
        }

        Assert.Single(broken.Requests);
        Assert.Equal(1, gateway.Served);
        Assert.Single(gateway.Log.Lines, line => line.Contains("failed and goes to another one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_that_is_silent_is_504_after_its_patience_and_not_twice_that()
    {
        var clock = new ManualTimeProvider();
        using var asked = new SemaphoreSlim(0);
        await using var instance = ScriptedInstance.Start(async (_, _, token) =>
        {
            asked.Release();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return false;
        });
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address }, clock: clock);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        var answer = connection.AskAsync(Plain, Token);
        Assert.True(await asked.WaitAsync(Eventually.DefaultDeadline, Token));

        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return answer.IsCompleted;
            },
            Token);

        Assert.StartsWith("HTTP/1.1 504 ", (await answer).Head, StringComparison.Ordinal);
        Assert.Single(instance.Requests);
    }

    [Fact]
    public async Task A_connection_that_asks_nothing_is_ended()
    {
        var clock = new ManualTimeProvider();
        await using var instance = ScriptedInstance.Answering(Small);
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address }, clock: clock);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        await connection.AskAsync(Plain, Token);

        var ends = connection.EndsAsync(Token);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(131));
                return ends.IsCompleted;
            },
            Token);

        Assert.True(await ends);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_answer_is_cut_off()
    {
        var clock = new ManualTimeProvider();
        using var asked = new SemaphoreSlim(0);
        await using var instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            asked.Release();
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"u8.ToArray(), token);
            var piece = new byte[1 << 20];
            while (true) await stream.WriteAsync(piece, token);
        });
        await using var gateway = TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address, ["GenAI:Gateway:Connections:MinBytesPerSecond"] = "100000" }, clock: clock);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        await connection.SendAsync(Plain, Token);
        Assert.True(await asked.WaitAsync(Eventually.DefaultDeadline, Token));

        var begun = clock.GetUtcNow();
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return gateway.Load.Requests == 0;
            },
            Token);

        // An instance may be silent for eleven, which would end it too.
        Assert.InRange(clock.GetUtcNow() - begun, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    private static TestGateway Gateway(ScriptedInstance instance, bool isFast = true) =>
        TestGateway.Start(settings: new() { ["SD35_URL"] = instance.Address, ["GenAI:Gateway:FastPath"] = isFast.ToString() });

    private static async Task<((string Head, string Body) Answer, int Served)> AskAsync(ScriptedInstance instance, string request, bool isFast)
    {
        await using var gateway = Gateway(instance, isFast);
        using var connection = await RawConnection.OpenAsync(gateway.StableDiffusion, Token);
        return (await connection.AskAsync(request, Token), gateway.Served);
    }

    /// <summary>Without the times of now; several headers of one name are as good as one with a list.</summary>
    private static string Sorted(string head)
    {
        var lines = head.TrimEnd().Split("\r\n");
        var headers = lines[1..]
            .Where(line => !line.StartsWith("Date: ", StringComparison.OrdinalIgnoreCase) || line.Contains("1994", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("traceparent:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase)
            .Select(group => $"{group.Key}: {string.Join(", ", group)}")
            .Order(StringComparer.OrdinalIgnoreCase);
        return string.Join('\n', headers.Prepend(lines[0]));
    }
}
