using System.Net.Sockets;
using System.Text;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class SlowReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_never_reads_neither_slows_the_job_nor_stays_connected()
    {
        await using var server = await RunningServer.ComfyUIAsync(
            "--ModelServer:Sockets:QueuedMessages", "20", "--ModelServer:Sockets:QueuedBytes", "300000", "--ModelServer:Sockets:MaxConnections", "1");
        using var client = await ConnectWithoutReadingAsync(server, "deaf");

        // Each step sends a preview of noise, which no compression makes small: together far more than the system's buffers hold.
        var id = await server.Http.SubmitAsync(Workflows.TextToImage(side: 256, steps: 100), "deaf");
        var entry = await server.Http.WaitAsync(id);

        Assert.Equal("success", entry.StatusOf());
        await Eventually.TrueAsync(() => IsClosedAsync(client), Cancel);
        using var next = await ComfySocket.ConnectAsync(server, "next");
        await next.UntilAsync("status");
    }

    [Fact]
    public async Task A_client_that_answers_no_ping_is_disconnected()
    {
        await using var server = await RunningServer.ComfyUIAsync(
            "--ModelServer:Sockets:PingInterval", "00:00:00.050", "--ModelServer:Sockets:PingTimeout", "00:00:00.200");
        using var client = await ConnectWithoutReadingAsync(server, "dead");

        await Eventually.TrueAsync(() => IsClosedAsync(client), Cancel);
    }

    /// <summary>A WebSocket handshake by hand, and a small receive buffer.</summary>
    private static async Task<TcpClient> ConnectWithoutReadingAsync(RunningServer server, string clientId)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /ws?clientId={clientId} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancel);

        // The first bytes of the answer show that the connection stands; the rest is left unread.
        await client.GetStream().ReadExactlyAsync(new byte[12], Cancel);
        return client;
    }

    /// <summary>Reads what is left, once the server has had its chance to give up; true at the end of the stream.</summary>
    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[65536], Cancel) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
