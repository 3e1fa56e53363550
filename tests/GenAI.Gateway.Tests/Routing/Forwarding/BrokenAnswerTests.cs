using System.Net;
using System.Net.Sockets;
using System.Text;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Routing.Forwarding;

/// <summary>Instances that answer with what is not HTTP, or not to the end.</summary>
public sealed class BrokenAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("what is this\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\n: nameless\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1234567890abcdef\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")]
    public async Task What_is_not_HTTP_is_answered_with_502(string answer)
    {
        await using var instance = ScriptedInstance.Answering(answer);
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", Token);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("bad_gateway", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    [Theory]
    [InlineData(1, 70_000)]
    [InlineData(300, 10)]
    public async Task A_head_without_bounds_is_answered_with_502(int headers, int bytesOfEach)
    {
        var head = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
        for (var i = 0; i < headers; i++) head.Append($"X-{i}: {new string('x', bytesOfEach)}\r\n");
        await using var instance = ScriptedInstance.Answering(head + "\r\n");
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", Token);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task Headers_of_60_kilobytes_pass()
    {
        await using var instance = ScriptedInstance.Answering($"HTTP/1.1 200 OK\r\nX: {new string('x', 60_000)}\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", Token);

        Assert.Equal(60_000, response.Headers.GetValues("X").Single().Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task An_instance_that_ends_before_its_headers_do_is_a_502(string answer)
    {
        await using var instance = ScriptedInstance.Answering(answer, thenClose: true);
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", Token);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalfX")]
    public async Task A_body_that_breaks_off_never_looks_whole(string rest)
    {
        await using var instance = ScriptedInstance.Answering("HTTP/1.1 200 OK\r\n" + rest, thenClose: true);
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", HttpCompletionOption.ResponseHeadersRead, Token);

        if (response.StatusCode != HttpStatusCode.BadGateway) await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task A_kept_connection_that_is_cut_when_it_is_used_is_tried_anew()
    {
        var answered = 0;
        await using var instance = ScriptedInstance.Start(async (_, stream, token) =>
        {
            // Every second request on a connection finds it cut, without a byte of an answer.
            if (Interlocked.Increment(ref answered) % 2 == 0)
            {
                stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                return false;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), token);
            return true;
        });
        await using var gateway = Gateway(instance);
        using var client = gateway.Connect(gateway.StableDiffusion);

        for (var i = 0; i < 5; i++) Assert.Equal("ok", await client.GetStringAsync("x", Token));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_that_says_nothing_is_given_up_with_504()
    {
        await using var instance = ScriptedInstance.Start(WaitAsync);
        await using var gateway = Gateway(instance, activityTimeout: "00:00:00.3");
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    [Fact]
    public async Task An_instance_that_stops_in_the_middle_of_its_body_is_cut_off()
    {
        await using var instance = ScriptedInstance.Start(async (head, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"u8.ToArray(), token);
            return await WaitAsync(head, stream, token);
        });
        await using var gateway = Gateway(instance, activityTimeout: "00:00:00.3");
        using var client = gateway.Connect(gateway.StableDiffusion);

        using var response = await client.GetAsync("x", HttpCompletionOption.ResponseHeadersRead, Token);

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync(Token));
        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    public async Task A_client_that_goes_away_takes_the_connection_to_the_instance_with_it(string begun)
    {
        await using var instance = ScriptedInstance.Start(async (head, stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(begun), token);
            // Until the gateway closes it.
            return await stream.ReadAsync(new byte[1], token) > 0;
        });
        await using var gateway = Gateway(instance);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(gateway.StableDiffusion.Host, gateway.StableDiffusion.Port, Token);
            await client.GetStream().WriteAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Token);
            await Eventually.TrueAsync(() => !instance.Requests.IsEmpty, Token);
        }

        await Eventually.TrueAsync(() => instance.Open == 0, Token);
    }

    private static async Task<bool> WaitAsync(string head, NetworkStream stream, CancellationToken cancellationToken) =>
        await stream.ReadAsync(new byte[1], cancellationToken) > 0;

    private static TestGateway Gateway(ScriptedInstance instance, string activityTimeout = "00:01:00") => TestGateway.Start(settings: new()
    {
        ["SD35_URL"] = instance.Address,
        ["GenAI:Gateway:ActivityTimeout"] = activityTimeout,
        ["GenAI:Gateway:Ejection:ConsecutiveErrors"] = "1000",
    });
}
