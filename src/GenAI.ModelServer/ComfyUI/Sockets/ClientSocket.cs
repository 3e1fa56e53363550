using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ServiceDefaults.Json;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>
/// One client: a sender that works off its <see cref="OutboundQueue"/> and a reader of what little it says. Messages may be posted
/// before the connection stands, so that a client misses nothing of a job that it submits at once.
/// </summary>
internal sealed class ClientSocket(ModelServerOptions server, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);

    private readonly SocketOptions _options = server.Sockets;
    private readonly OutboundQueue _outbound = new(server.Sockets.QueuedMessages, server.Sockets.QueuedBytes);
    private volatile WebSocket? _socket;
    private volatile bool _isTooSlow;
    private volatile bool _supportsPreviewMetadata;
    private (WebSocketCloseStatus Status, string Reason) _goodbye = (WebSocketCloseStatus.NormalClosure, "");

    /// <summary>True once the client has declared that it reads previews with metadata (event 4).</summary>
    public bool SupportsPreviewMetadata => _supportsPreviewMetadata;

    /// <summary>Never waits. A client that is too far behind is disconnected instead.</summary>
    public void Post(OutboundMessage message)
    {
        if (_outbound.Offer(message)) return;
        _isTooSlow = true;
        _socket?.Abort();
    }

    /// <summary>Serves the client until it leaves, falls too far behind or <paramref name="stopping"/>.</summary>
    public async Task RunAsync(WebSocket socket, CancellationToken stopping)
    {
        _socket = socket;
        if (_isTooSlow) socket.Abort();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = SendAsync(socket, ending.Token);
        var receiving = ReceiveAsync(socket);
        await Task.WhenAny(sending, receiving);
        await ending.CancelAsync();
        await sending;
        await CloseAsync(socket, receiving, stopping);
    }

    public void Dispose() => _outbound.Dispose();

    /// <summary>Ends by cancellation, or with the connection.</summary>
    private async Task SendAsync(WebSocket socket, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                var message = await _outbound.TakeAsync(ending);
                using var limit = new CancellationTokenSource(_options.SendTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending);
                var type = message.IsPreview ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
                await socket.SendAsync(message.Payload, type, endOfMessage: true, either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The connection is gone or given up: that is how serving a client ends.
        }
    }

    /// <summary>
    /// Ends when the client closes, says too much, or the connection is gone. It cannot be cancelled: that would abort the
    /// connection, and with it the goodbye.
    /// </summary>
    private async Task ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[_options.MaxMessageBytes];
        var isFirst = true;
        try
        {
            while (await ReadMessageAsync(socket, buffer) is { } message)
            {
                if (isFirst && message.Type == WebSocketMessageType.Text) Negotiate(buffer.AsMemory(0, message.Length));
                isFirst = false;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // As in SendAsync.
        }
    }

    /// <summary>Null when the client closes, or sends more than it may.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> ReadMessageAsync(WebSocket socket, byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            length += result.Count;
            if (result.EndOfMessage) return (result.MessageType, length);
        }

        _goodbye = (WebSocketCloseStatus.MessageTooBig, $"messages may have up to {_options.MaxMessageBytes} bytes");
        return null;
    }

    /// <summary>The client's first message may declare what it supports, and is answered with what the server does.</summary>
    private void Negotiate(ReadOnlyMemory<byte> message)
    {
        // As in ComfyUI, what cannot be read says nothing.
        if (JsonText.TryParseObject(message) is not { } json || (json["type"] as JsonValue)?.ToString() != "feature_flags") return;
        _supportsPreviewMetadata = (json["data"] as JsonObject)?["supports_preview_metadata"] is JsonValue flag
            && flag.GetValueKind() == JsonValueKind.True;
        Post(SocketMessages.Text("feature_flags", ServerFeatures.Describe(server.Limits.UploadBytes)));
    }

    /// <summary>Says goodbye and gives the client a moment to answer; what it still sends is thrown away.</summary>
    private async Task CloseAsync(WebSocket socket, Task receiving, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested) _goodbye = (WebSocketCloseStatus.EndpointUnavailable, "the server is stopping");
        using var limit = new CancellationTokenSource(GoodbyeTime, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(_goodbye.Status, _goodbye.Reason, limit.Token);
            await receiving.WaitAsync(limit.Token);
            var ignored = new byte[_options.MaxMessageBytes];
            while (socket.State == WebSocketState.CloseSent) await socket.ReceiveAsync(ignored.AsMemory(), limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
            await receiving;
        }
    }
}
