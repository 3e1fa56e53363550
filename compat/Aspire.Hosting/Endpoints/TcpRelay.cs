using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Listens on a resource's public port and relays each connection to the next instance that accepts it. What it cannot deliver it
/// closes, as a refused connection would be.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly ImmutableArray<int> _targets;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpListener> _listeners;
    private readonly Task _accepting;
    private int _next = -1;

    private TcpRelay(List<TcpListener> listeners, ImmutableArray<int> targets)
    {
        _listeners = listeners;
        _targets = targets;
        _accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    /// <summary>Where the first listener listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listeners[0].LocalEndpoint;

    /// <summary>Listens on one address, at a free port.</summary>
    /// <exception cref="SocketException">The address is none of this machine.</exception>
    public static TcpRelay Start(IPAddress address, ImmutableArray<int> targets) => new([Listen(address, port: 0)], targets);

    /// <exception cref="SocketException">The port is taken.</exception>
    public static TcpRelay Start(int port, ImmutableArray<int> targets)
    {
        var listeners = new List<TcpListener>();
        try
        {
            listeners.Add(Listen(IPAddress.Loopback, port));
            if (Socket.OSSupportsIPv6)
                listeners.Add(Listen(IPAddress.IPv6Loopback, port));
        }
        catch (SocketException absent) when (absent.SocketErrorCode == SocketError.AddressNotAvailable && listeners.Count > 0)
        {
            // No IPv6 loopback on this machine: IPv4 is enough.
        }
        catch (SocketException)
        {
            listeners.ForEach(listener => listener.Dispose());
            throw;
        }

        return new TcpRelay(listeners, targets);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private static TcpListener Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // This connection was gone before it was accepted; the next may be better.
                continue;
            }

            _ = RelayAsync(client, _stopping.Token);
        }
    }

    private async Task RelayAsync(Socket client, CancellationToken stopping)
    {
        using (client)
        {
            using var server = await ConnectAsync(stopping);
            if (server is null)
                return;
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAll(CopyAsync(client, server, stopping), CopyAsync(server, client, stopping))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken stopping)
    {
        var first = Interlocked.Increment(ref _next);
        for (var i = 0; i < _targets.Length; i++)
        {
            var port = _targets[(int)((uint)(first + i) % (uint)_targets.Length)];
            if (await ConnectAsync(IPAddress.Loopback, port, stopping) is { } v4)
                return v4;
            if (Socket.OSSupportsIPv6 && await ConnectAsync(IPAddress.IPv6Loopback, port, stopping) is { } v6)
                return v6;
        }

        return null;
    }

    private static async Task<Socket?> ConnectAsync(IPAddress address, int port, CancellationToken stopping)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), stopping);
            return socket;
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>One direction; its end is passed on as the end of sending, so that half-closed connections work.</summary>
    private static async Task CopyAsync(Socket from, Socket to, CancellationToken stopping)
    {
        using var source = new NetworkStream(from, ownsSocket: false);
        using var destination = new NetworkStream(to, ownsSocket: false);
        try
        {
            await source.CopyToAsync(destination, stopping);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            // One side was cut: cut the other.
            from.Close();
            to.Close();
        }
    }
}
