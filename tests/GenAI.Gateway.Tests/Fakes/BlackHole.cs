using System.Net;
using System.Net.Sockets;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A way to a server that can stop carrying anything, in either direction, without closing: as when a cable is pulled.</summary>
internal sealed class BlackHole : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _passage = Passage(isOpen: true);

    public BlackHole(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>From now on connections are taken, and nothing comes through them.</summary>
    public void Swallow() => _passage = Passage(isOpen: false);

    /// <summary>What was held up arrives.</summary>
    public void Restore() => _passage.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _over.Dispose();
    }

    private static TaskCompletionSource Passage(bool isOpen)
    {
        var passage = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (isOpen) passage.SetResult();
        return passage;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(CarryAsync(await _listener.AcceptSocketAsync(_over.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task CarryAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await _passage.Task.WaitAsync(_over.Token);
            await far.ConnectAsync(_server.Host, _server.Port, _over.Token);
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side broke off, and so does the other.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        while (true)
        {
            // Not read while nothing passes: what is sent then fills the sender's own buffers.
            await _passage.Task.WaitAsync(_over.Token);
            var count = await from.ReceiveAsync(buffer, _over.Token);
            await _passage.Task.WaitAsync(_over.Token);
            if (count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _over.Token);
        }
    }
}
