using System.Net.WebSockets;
using System.Text.Json;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Generation.ComfyUI;

/// <summary>A client's socket at an instance, which tells when a prompt has ended.</summary>
internal sealed class ComfyUISocket : IDisposable
{
    private const int MaxMessageBytes = 1 << 20;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket _socket = new();

    private ComfyUISocket()
    {
        // A machine that vanishes closes nothing; unanswered pings find it out.
        _socket.Options.KeepAliveInterval = KeepAlive;
        _socket.Options.KeepAliveTimeout = KeepAlive;
    }

    /// <summary>Null when the instance does not take the socket; the prompt's end is then found by asking.</summary>
    public static async Task<ComfyUISocket?> TryConnectAsync(
        Instance instance, string clientId, HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(instance.Endpoint.At($"/ws?clientId={clientId}"))
        {
            Scheme = instance.Endpoint.Scheme == "https" ? "wss" : "ws",
        };
        var socket = new ComfyUISocket();
        try
        {
            await socket._socket.ConnectAsync(address.Uri, http, cancellationToken);
            return socket;
        }
        catch (WebSocketException)
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

    /// <summary>Returns when the instance says that the prompt has ended, however it did, or when the socket has.</summary>
    public async Task WaitForEndAsync(string promptId, CancellationToken cancellationToken)
    {
        try
        {
            while (await ReceiveAsync(cancellationToken) is { } message)
            {
                if (IsEnd(message.Span, promptId)) return;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or JsonException)
        {
            // The socket is only the quick way to learn of the end; whoever waits asks for the history next.
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The next text message, empty for one that is binary or too long to be of interest; null at the end.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        using var text = new MemoryStream();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (part.MessageType == WebSocketMessageType.Text && text.Length < MaxMessageBytes) text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return text.Length < MaxMessageBytes ? text.ToArray() : ReadOnlyMemory<byte>.Empty;
        }
    }

    /// <summary><c>{"type":"executing","data":{"node":null,"prompt_id":…}}</c>, which follows success, error and interruption alike.</summary>
    private static bool IsEnd(ReadOnlySpan<byte> json, string promptId)
    {
        if (json.IsEmpty || JsonSerializer.Deserialize<SocketMessage>(json) is not { Data.ValueKind: JsonValueKind.Object } message) return false;
        var isOurs = message.Data.TryGetProperty("prompt_id", out var id) && id.ValueKind == JsonValueKind.String && id.ValueEquals(promptId);
        return isOurs && message.Type switch
        {
            "executing" => message.Data.TryGetProperty("node", out var node) && node.ValueKind == JsonValueKind.Null,
            "execution_success" or "execution_error" or "execution_interrupted" => true,
            _ => false,
        };
    }
}
