using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A client of ComfyUI as a test needs one: requests, and a socket whose messages are kept in order.</summary>
internal sealed class ComfyClient : IAsyncDisposable
{
    private readonly Uri _root;
    private readonly string? _key;
    private ClientWebSocket? _socket;
    private Task _receiving = Task.CompletedTask;

    /// <param name="root">Of the ComfyUI server.</param>
    /// <param name="id">Its client id; one of its own by default.</param>
    /// <param name="key">An API key.</param>
    public ComfyClient(Uri root, string? id = null, string? key = null)
    {
        (_root, _key, Id) = (root, key, id ?? Guid.NewGuid().ToString("N"));
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = root };
        if (key is not null) Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public string Id { get; }

    public HttpClient Http { get; }

    /// <summary>Text messages as they came, of all connections.</summary>
    public ConcurrentQueue<JsonObject> Messages { get; } = new();

    public ConcurrentQueue<byte[]> Frames { get; } = new();

    public bool IsConnected => _socket?.State == WebSocketState.Open;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A small workflow whose picture the seed decides.</summary>
    public static JsonObject Graph(long seed = 1, string checkpoint = "flux1-dev.safetensors", int size = 64, int steps = 4) => (JsonObject)JsonNode.Parse($$$"""
        {
          "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "{{{checkpoint}}}"}},
          "5": {"class_type": "EmptyLatentImage", "inputs": {"width": {{{size}}}, "height": {{{size}}}, "batch_size": 1}},
          "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red circle", "clip": ["4", 1]}},
          "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
          "3": {"class_type": "KSampler", "inputs": {"seed": {{{seed}}}, "steps": {{{steps}}}, "cfg": 2, "sampler_name": "euler", "scheduler": "normal", "denoise": 1,
                "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
          "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
          "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "test", "images": ["8", 0]}}
        }
        """)!;

    public async Task ConnectAsync(string? firstMessage = null)
    {
        _socket = new ClientWebSocket();
        if (_key is not null) _socket.Options.SetRequestHeader("Authorization", $"Bearer {_key}");
        await _socket.ConnectAsync(new UriBuilder(new Uri(_root, "ws")) { Scheme = "ws", Query = $"clientId={Id}" }.Uri, Cancelled);
        if (firstMessage is not null) await _socket.SendAsync(Encoding.UTF8.GetBytes(firstMessage), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        _receiving = ReceiveAsync(_socket);
    }

    /// <summary>Breaks the connection off, as a lost network does.</summary>
    public async Task BreakOffAsync()
    {
        _socket!.Abort();
        await _receiving;
        _socket.Dispose();
    }

    public async Task CloseAsync()
    {
        await _socket!.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancelled);
        await _receiving;
        _socket.Dispose();
    }

    public Task<HttpResponseMessage> PostAsync(string path, JsonNode body) => Http.PostAsJsonAsync(path, body, Cancelled);

    /// <summary>Submits a prompt that must be taken.</summary>
    public async Task<string> SubmitAsync(JsonObject graph, JsonObject? more = null)
    {
        var body = more ?? [];
        (body["prompt"], body["client_id"]) = (graph, Id);
        using var response = await PostAsync("prompt", body);
        var answer = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonNode.Parse(answer)!["prompt_id"]!.ToString();
    }

    public async Task<JsonObject> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonObject>(path, Cancelled))!;

    /// <summary>The job as <c>/api/jobs</c> has it.</summary>
    public Task<JsonObject> JobAsync(string id) => GetAsync($"api/jobs/{id}");

    public Task UntilStateAsync(string id, string state) =>
        Eventually.TrueAsync(async () => (await JobAsync(id))["genai"]!["state"]!.ToString() == state, Cancelled, what: $"job {id} is {state}");

    /// <summary>The messages about a job, without those of its steps.</summary>
    public string[] Told(string id) =>
        [.. Messages.Where(message => message["data"]!["prompt_id"]?.ToString() == id).Select(Name)];

    /// <summary>Waits for the last message about a job.</summary>
    public Task UntilFinishedAsync(string id) => Eventually.TrueAsync(() => Told(id).Contains("finished"), Cancelled, what: $"the end of {id} was told");

    public async Task<JsonObject> EndAsync(string id)
    {
        await Eventually.TrueAsync(async () => (await GetAsync($"history/{id}")).Count > 0, Cancelled, what: $"{id} is in the history");
        return (JsonObject)(await GetAsync($"history/{id}"))[id]!;
    }

    public async ValueTask DisposeAsync()
    {
        _socket?.Abort();
        await _receiving;
        _socket?.Dispose();
        Http.Dispose();
    }

    private static string Name(JsonObject message)
    {
        var type = message["type"]!.ToString();
        return type == "executing" ? message["data"]!["node"] is { } node ? $"executing {node}" : "finished" : type;
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    if (part.MessageType == WebSocketMessageType.Close) return;
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Text) Messages.Enqueue((JsonObject)JsonNode.Parse(buffer.AsSpan(0, length))!);
                else Frames.Enqueue(buffer.AsSpan(0, length).ToArray());
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The connection is gone.
        }
    }
}
