using System.Net.WebSockets;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>A job's own socket at its instance, by which it hears of its execution.</summary>
internal sealed class ComfyUISocket : IDisposable
{
    private const int MaxMessageBytes = 64 << 20;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _closed = new();
    private Task<SocketFrame?>? _next;

    private ComfyUISocket()
    {
        // A machine that vanishes closes nothing; unanswered pings find it out.
        _socket.Options.KeepAliveInterval = KeepAlive;
        _socket.Options.KeepAliveTimeout = KeepAlive;
    }

    /// <summary>Null when the instance does not take the socket; what happens is then found by asking.</summary>
    public static async Task<ComfyUISocket?> TryConnectAsync(
        Instance instance, string clientId, HttpMessageInvoker http, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(instance.Endpoint.At($"/ws?clientId={clientId}"))
        {
            Scheme = instance.Endpoint.Scheme == "https" ? "wss" : "ws",
        };
        var socket = new ComfyUISocket();
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await socket._socket.ConnectAsync(address.Uri, http, either.Token);
            return socket;
        }
        catch (Exception exception) when (exception is WebSocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            socket.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next message; null when none came in time, or at the end: <see cref="IsOpen"/> tells which.</summary>
    public async Task<SocketFrame?> NextAsync(TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        // A receive that is cancelled takes the socket with it, so that it goes on while nobody waits for it.
        _next ??= ReceiveAsync(_closed.Token);
        try
        {
            var frame = await _next.WaitAsync(wait, clock, cancellationToken);
            if (frame is null) IsOpen = false;
            else _next = null;
            return frame;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (WebSocketException)
        {
            IsOpen = false;
            return null;
        }
    }

    public bool IsOpen { get; private set; } = true;

    public void Dispose()
    {
        _closed.Cancel();
        // What it may still throw is of no interest to anybody.
        _ = _next?.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        _socket.Dispose();
        _closed.Dispose();
    }

    private async Task<SocketFrame?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        using var whole = new MemoryStream();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (whole.Length + part.Count > MaxMessageBytes) throw new WebSocketException($"A message of the instance has more than {MaxMessageBytes} bytes.");
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return new SocketFrame(part.MessageType == WebSocketMessageType.Text, whole.ToArray());
        }
    }
}

/// <summary>A whole message.</summary>
internal sealed record SocketFrame(bool IsText, byte[] Bytes);
