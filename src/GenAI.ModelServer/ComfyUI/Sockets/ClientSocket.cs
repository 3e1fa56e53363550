using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>One connected client: a sender that works off its <see cref="OutboundQueue"/> and a reader of what little it says.</summary>
internal sealed class ClientSocket(WebSocket socket, ModelServerOptions server, TimeProvider clock) : IDisposable
{
    private readonly SocketOptions _options = server.Sockets;
    private readonly OutboundQueue _outbound = new(server.Sockets.QueuedMessages, server.Sockets.QueuedBytes);
    private volatile bool _supportsPreviewMetadata;

    /// <summary>True once the client has declared that it reads previews with metadata (event 4).</summary>
    public bool SupportsPreviewMetadata => _supportsPreviewMetadata;

    /// <summary>Never waits. A client that is too far behind is disconnected instead.</summary>
    public void Post(OutboundMessage message)
    {
        if (!_outbound.Offer(message)) socket.Abort();
    }

    /// <summary>Serves the client until it leaves, falls too far behind or <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = SendAsync(ending);
        var receiving = ReceiveAsync(ending);
        await Task.WhenAll(sending, receiving);
        await CloseAsync(stopping);
    }

    public void Dispose() => _outbound.Dispose();

    private async Task SendAsync(CancellationTokenSource ending)
    {
        try
        {
            while (true)
            {
                var message = await _outbound.TakeAsync(ending.Token);
                using var limit = new CancellationTokenSource(_options.SendTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending.Token);
                var type = message.IsPreview ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
                await socket.SendAsync(message.Payload, type, endOfMessage: true, either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The connection is gone or given up: that is how serving a client ends.
            await ending.CancelAsync();
        }
    }

    private async Task ReceiveAsync(CancellationTokenSource ending)
    {
        var buffer = new byte[_options.MaxMessageBytes];
        var isFirst = true;
        try
        {
            while (await ReadMessageAsync(buffer, ending.Token) is { } message)
            {
                if (isFirst && message.Type == WebSocketMessageType.Text) Negotiate(buffer.AsSpan(0, message.Length));
                isFirst = false;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // As in SendAsync.
        }

        await ending.CancelAsync();
    }

    /// <summary>Null when the client closes, or sends more than it may.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> ReadMessageAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            length += result.Count;
            if (result.EndOfMessage) return (result.MessageType, length);
        }

        using var limit = new CancellationTokenSource(_options.SendTimeout, clock);
        await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, $"messages may have up to {_options.MaxMessageBytes} bytes", limit.Token);
        return null;
    }

    /// <summary>The client's first message may declare what it supports, and is answered with what the server does.</summary>
    private void Negotiate(ReadOnlySpan<byte> message)
    {
        try
        {
            if (JsonNode.Parse(message) is not JsonObject json || (json["type"] as JsonValue)?.ToString() != "feature_flags") return;
            _supportsPreviewMetadata = (json["data"] as JsonObject)?["supports_preview_metadata"] is JsonValue flag
                && flag.GetValueKind() == JsonValueKind.True;
            Post(SocketMessages.Text("feature_flags", ServerFeatures.Describe(server.Limits.UploadBytes)));
        }
        catch (JsonException)
        {
            // As in ComfyUI, what is not JSON says nothing.
        }
    }

    private async Task CloseAsync(CancellationToken stopping)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        var (status, reason) = stopping.IsCancellationRequested
            ? (WebSocketCloseStatus.EndpointUnavailable, "the server is stopping")
            : (WebSocketCloseStatus.NormalClosure, "");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
            await socket.CloseOutputAsync(status, reason, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }
}
