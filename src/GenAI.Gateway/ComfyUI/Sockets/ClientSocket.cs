using System.Net.WebSockets;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.ServiceDefaults.Json;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>
/// One client's connection: a sender that works off its <see cref="OutboundQueue"/> and a reader of what little it says. Messages may be
/// posted before the connection stands, so that a client misses nothing of a job that it submits at once.
/// </summary>
internal sealed class ClientSocket(SocketOptions options, long maxUploadBytes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);

    private readonly OutboundQueue _outbound = new(options.QueuedMessages, options.QueuedBytes);
    private readonly CancellationTokenSource _givenUp = new();
    // Most clients say next to nothing.
    private byte[] _received = new byte[Math.Min(1024, options.MaxMessageBytes)];
    private volatile bool _supportsPreviewMetadata;
    private (WebSocketCloseStatus Status, string Reason) _goodbye = (WebSocketCloseStatus.NormalClosure, "");

    /// <summary>True once the client has declared that it reads previews with metadata (event 4).</summary>
    public bool SupportsPreviewMetadata => _supportsPreviewMetadata;

    /// <summary>The client said that it leaves, so that it has read what it was sent.</summary>
    public bool LeftCleanly { get; private set; }

    /// <summary>Never waits. A client that is too far behind is disconnected instead; it is told its jobs' ends when it comes back.</summary>
    public void Post(OutboundMessage message)
    {
        if (_outbound.Offer(message) || _givenUp.IsCancellationRequested) return;
        // On another thread: whoever publishes an event must not wait for the connection's end.
        ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.GiveUp(), this, preferLocal: false);
    }

    /// <summary>Serves the client until it leaves, falls too far behind or <paramref name="stopping"/>.</summary>
    public async Task RunAsync(WebSocket socket, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, _givenUp.Token);
        var sending = SendAsync(socket, ending.Token);
        var receiving = ReceiveAsync(socket);
        await Task.WhenAny(sending, receiving);
        await ending.CancelAsync();
        await sending;
        if (_givenUp.IsCancellationRequested) _goodbye = (WebSocketCloseStatus.PolicyViolation, "the client reads too slowly");
        else if (stopping.IsCancellationRequested) _goodbye = (WebSocketCloseStatus.EndpointUnavailable, "the server is stopping");
        await CloseAsync(socket, receiving);
    }

    public void Dispose()
    {
        _outbound.Dispose();
        _givenUp.Dispose();
    }

    private void GiveUp()
    {
        try
        {
            _givenUp.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has left already.
        }
    }

    /// <summary>Ends by cancellation, or with the connection.</summary>
    private async Task SendAsync(WebSocket socket, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                var message = await _outbound.TakeAsync(ending);
                using var late = new CancellationTokenSource(options.SendTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ending);
                await socket.SendAsync(message.Payload, message.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: true, either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The connection is gone or given up: that is how serving a client ends.
        }
    }

    /// <summary>
    /// Ends when the client closes, says too much, or the connection is gone. It cannot be cancelled: that would abort the connection,
    /// and with it the goodbye.
    /// </summary>
    private async Task ReceiveAsync(WebSocket socket)
    {
        var isFirst = true;
        try
        {
            while (await ReadMessageAsync(socket) is { } message)
            {
                if (isFirst && message.Type == WebSocketMessageType.Text) Negotiate(_received.AsMemory(0, message.Length));
                isFirst = false;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            // As in SendAsync.
        }
    }

    /// <summary>Null when the client closes, or sends more than it may.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> ReadMessageAsync(WebSocket socket)
    {
        var length = 0;
        while (length < options.MaxMessageBytes)
        {
            if (length == _received.Length) Array.Resize(ref _received, Math.Min(length * 4, options.MaxMessageBytes));
            var result = await socket.ReceiveAsync(_received.AsMemory(length), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                LeftCleanly = true;
                return null;
            }

            length += result.Count;
            if (result.EndOfMessage) return (result.MessageType, length);
        }

        _goodbye = (WebSocketCloseStatus.MessageTooBig, $"messages may have up to {options.MaxMessageBytes} bytes");
        return null;
    }

    /// <summary>The client's first message may declare what it supports, and is answered with what the server does; what cannot be read says nothing.</summary>
    private void Negotiate(ReadOnlyMemory<byte> message)
    {
        if (JsonText.TryParseObject(message) is not { } json || json["type"].AsText() != "feature_flags") return;
        _supportsPreviewMetadata = (json["data"] as JsonObject)?["supports_preview_metadata"].IsTrue() == true;
        Post(SocketMessages.Text("feature_flags", ServerFeatures.Describe(maxUploadBytes)));
    }

    /// <summary>Says goodbye and gives the client a moment to answer; what it still sends is thrown away.</summary>
    private async Task CloseAsync(WebSocket socket, Task receiving)
    {
        using var limit = new CancellationTokenSource(GoodbyeTime, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(_goodbye.Status, _goodbye.Reason, limit.Token);
            await receiving.WaitAsync(limit.Token);
            var ignored = new byte[1024];
            while (socket.State == WebSocketState.CloseSent) await socket.ReceiveAsync(ignored.AsMemory(), limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            socket.Abort();
            await receiving;
        }
    }
}
