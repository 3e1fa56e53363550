using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace GenAI.LoadTest.Driving;

/// <summary>Clients of a ComfyUI address, each with a socket of its own and one prompt at a time; as many as prompts are open at once.</summary>
internal sealed class ComfyUIClients(HttpClient http, string key) : IAsyncDisposable
{
    /// <summary>A client answers pings only while it reads, and one that answers none for long is closed by the gateway.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<(Client Client, long Since)> _idle = [];

    /// <summary>Returns when the client has heard that its prompt is done.</summary>
    /// <exception cref="LoadTestException">It is refused, or fails.</exception>
    public async Task RunAsync(JsonObject graph, CancellationToken cancellationToken)
    {
        var client = TakeIdle() ?? await Client.ConnectAsync(http.BaseAddress!, key, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"prompt": {{graph.ToJsonString()}}, "client_id": "{{client.Id}}"}"""));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync("prompt", content, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw new LoadTestException($"The gateway answered with {(int)answer.StatusCode}: {text}");
            await client.UntilDoneAsync(JsonNode.Parse(text)!["prompt_id"]!.ToString(), cancellationToken);
            _idle.Add((client, TimeProvider.System.GetTimestamp()));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var idle)) idle.Client.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private Client? TakeIdle()
    {
        while (_idle.TryTake(out var idle))
        {
            if (TimeProvider.System.GetElapsedTime(idle.Since) < LongestIdle) return idle.Client;
            idle.Client.Dispose();
        }

        return null;
    }

    private sealed class Client : IDisposable
    {
        private readonly ClientWebSocket _socket = new();
        private readonly byte[] _buffer = new byte[64 << 10];

        public string Id { get; } = Guid.NewGuid().ToString("N");

        public static async Task<Client> ConnectAsync(Uri root, string key, CancellationToken cancellationToken)
        {
            var client = new Client();
            client._socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
            await client._socket.ConnectAsync(new UriBuilder(new Uri(root, "ws")) { Scheme = "ws", Query = $"clientId={client.Id}" }.Uri, cancellationToken);
            return client;
        }

        public async Task UntilDoneAsync(string promptId, CancellationToken cancellationToken)
        {
            while (true)
            {
                var message = await NextAsync(cancellationToken);
                if (message?["data"] is not JsonObject data || data["prompt_id"]?.ToString() != promptId) continue;
                switch (message["type"]?.ToString())
                {
                    case "execution_success":
                        return;
                    case "execution_error" or "execution_interrupted":
                        throw new LoadTestException($"A prompt failed: {message.ToJsonString()}");
                }
            }
        }

        public void Dispose() => _socket.Dispose();

        /// <summary>Null where it is no text.</summary>
        private async Task<JsonNode?> NextAsync(CancellationToken cancellationToken)
        {
            var length = 0;
            while (true)
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) throw new LoadTestException("The gateway closed a socket.");
                length += part.Count;
                if (part.EndOfMessage) return part.MessageType == WebSocketMessageType.Text ? JsonNode.Parse(_buffer.AsSpan(0, length)) : null;
            }
        }
    }
}
