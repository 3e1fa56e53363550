using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

/// <summary>A client's WebSocket, and all that it has heard.</summary>
internal sealed class ComfySocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public List<JsonNode> Messages { get; } = [];

    /// <summary>Binary messages: the event's number and what follows it.</summary>
    public List<(uint Event, byte[] Data)> Binary { get; } = [];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<ComfySocket> ConnectAsync(RunningServer server, string clientId)
    {
        var client = new ComfySocket();
        var address = new UriBuilder(server.Address) { Scheme = "ws", Path = "ws", Query = $"clientId={clientId}" };
        await client._socket.ConnectAsync(address.Uri, Cancel);
        return client;
    }

    public Task SendAsync(JsonNode message) => SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()));

    public Task SendAsync(byte[] text) => _socket.SendAsync(text, WebSocketMessageType.Text, true, Cancel);

    /// <summary>Listens until a message fulfils the condition, and gives it.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> condition)
    {
        while (await ReceiveAsync())
            if (Messages.Count > 0 && condition(Messages[^1])) return Messages[^1];
        throw new InvalidOperationException($"The server closed the connection ({_socket.CloseStatus}) after: {string.Join('\n', Messages.Select(message => message.ToJsonString()))}");
    }

    public Task<JsonNode> UntilAsync(string type) => UntilAsync(message => TypeOf(message) == type);

    /// <summary>Listens until the job's last message: <c>executing</c> without a node.</summary>
    public Task<JsonNode> UntilOverAsync(string promptId) => UntilAsync(message =>
        TypeOf(message) == "executing" && message["data"]!["node"] is null && message["data"]!["prompt_id"]!.GetValue<string>() == promptId);

    /// <summary>Listens until the server closes the connection.</summary>
    public async Task UntilClosedAsync()
    {
        while (await ReceiveAsync())
        {
        }
    }

    public IEnumerable<JsonNode> OfType(string type) => Messages.Where(message => TypeOf(message) == type);

    public static string TypeOf(JsonNode message) => message["type"]!.GetValue<string>();

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        var length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(_buffer.AsMemory(length), Cancel);
            length += result.Count;
        }
        while (!result.EndOfMessage);

        if (result.MessageType == WebSocketMessageType.Close) return false;
        if (result.MessageType == WebSocketMessageType.Text) Messages.Add(JsonNode.Parse(_buffer.AsSpan(0, length))!);
        else Binary.Add((BinaryPrimitives.ReadUInt32BigEndian(_buffer), _buffer.AsSpan(4, length - 4).ToArray()));
        return true;
    }
}
