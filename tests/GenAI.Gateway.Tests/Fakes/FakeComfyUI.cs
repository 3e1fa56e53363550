using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>
/// The part of a ComfyUI server that a client of it sees, with a test in the place of the GPU: a prompt runs until
/// <see cref="FinishAsync"/>, or ends at once while <see cref="Automatic"/> is set.
/// </summary>
internal sealed class FakeComfyUI : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, JsonObject> _history = new();
    private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
    private readonly SemaphoreSlim _sending = new(1);
    private LocalServer? _server;
    private string _basePath = "";
    private int _port;

    public bool Automatic { get; set; } = true;

    /// <summary>Whether sockets are taken; where not, a client must ask.</summary>
    public bool TakesSockets { get; set; } = true;

    /// <summary>Whether sockets are taken and then told nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What <c>/prompt</c> answers instead of taking the prompt.</summary>
    public (int Status, string Body)? Refusal { get; set; }

    /// <summary>Whether it answers 503 to whoever asks for the history.</summary>
    public bool IsOverloaded { get; set; }

    /// <summary>What whoever asks for a picture waits for.</summary>
    public Task GivesPictures { get; set; } = Task.CompletedTask;

    /// <summary>Why every prompt fails.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether it writes numbers as Python does: the texts "NaN" and "Infinity" stand for those numbers.</summary>
    public bool WritesNonFinite { get; set; }

    /// <summary>What <c>/object_info</c> answers; null: there is no such route.</summary>
    public JsonObject? ObjectInfo { get; set; }

    /// <summary>Names and contents of the files that were uploaded to it.</summary>
    public ConcurrentDictionary<string, byte[]> Uploads { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Prompts that ran to their end, with the instance's other lives.</summary>
    public ConcurrentQueue<string> Completed { get; } = new();

    /// <summary>The bodies of <c>POST /prompt</c>, in the order of their arrival.</summary>
    public ConcurrentQueue<JsonObject> Prompts { get; } = new();

    public ConcurrentDictionary<string, JsonObject> Running { get; } = new();

    public ConcurrentQueue<string> Interrupted { get; } = new();

    /// <param name="cancellationToken">Stops the start.</param>
    /// <param name="basePath">Where on its server it is: <c>/comfy</c>; by default at the root.</param>
    public static async Task<FakeComfyUI> StartAsync(CancellationToken cancellationToken, string basePath = "")
    {
        var comfy = new FakeComfyUI { _basePath = basePath };
        await comfy.StartAgainAsync(cancellationToken);
        return comfy;
    }

    /// <summary>Listens again where it did before <see cref="DisposeAsync"/>, and knows nothing of what was before.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        Running.Clear();
        _history.Clear();
        _sockets.Clear();
        _server = await LocalServer.StartAsync(app => app.Map(_basePath, Map), cancellationToken, _port);
        _port = _server.Address.Port;
    }

    /// <summary>Says something about a running prompt to whoever submitted it.</summary>
    public async Task SayAsync(string promptId, string type, JsonObject data)
    {
        var client = Running[promptId]["client_id"]!.ToString();
        data["prompt_id"] = promptId;
        await SendAsync(_sockets[client], new JsonObject { ["type"] = type, ["data"] = data });
    }

    /// <summary>Sends a preview: event 1, format JPEG.</summary>
    public Task PreviewAsync(string promptId, byte[] jpeg) =>
        SendAsync(_sockets[Running[promptId]["client_id"]!.ToString()], (byte[])[0, 0, 0, 1, 0, 0, 0, 1, .. jpeg], WebSocketMessageType.Binary);

    /// <summary>Sends a binary frame.</summary>
    public Task SendAsync(string promptId, byte[] frame) => SendAsync(_sockets[Running[promptId]["client_id"]!.ToString()], frame, WebSocketMessageType.Binary);

    /// <summary>Ends a running prompt, well or (with a failure) badly.</summary>
    public async Task FinishAsync(string promptId, string? failure = null, string type = "execution_error")
    {
        if (!Running.TryRemove(promptId, out var request)) return;
        if (failure is null) Completed.Enqueue(promptId);
        JsonArray messages = failure is null
            ? []
            : [new JsonArray(type, new JsonObject { ["prompt_id"] = promptId, ["exception_message"] = failure })];
        _history[promptId] = new JsonObject
        {
            ["prompt"] = new JsonArray(0, promptId, request["prompt"]!.DeepClone(), new JsonObject(), new JsonArray()),
            ["outputs"] = failure is null ? Output(promptId) : new JsonObject(),
            ["status"] = new JsonObject { ["status_str"] = failure is null ? "success" : "error", ["messages"] = messages },
        };
        var ended = new JsonObject { ["type"] = "executing", ["data"] = new JsonObject { ["node"] = null, ["prompt_id"] = promptId } };
        if (_sockets.TryGetValue(request["client_id"]!.ToString(), out var socket)) await SendAsync(socket, ended);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        // What ran here died with it.
        Running.Clear();
    }

    private static JsonObject Output(string promptId) => new()
    {
        ["image"] = new JsonObject
        {
            ["images"] = new JsonArray(new JsonObject { ["filename"] = $"{promptId} 1.png", ["subfolder"] = "a&b", ["type"] = "temp" }),
        },
    };

    private void Map(IApplicationBuilder app)
    {
        app.Run(context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/ws") => SocketAsync(context),
            ("POST", "/prompt") => PromptAsync(context),
            ("POST", "/queue") => Task.CompletedTask,
            ("POST", "/interrupt") => InterruptAsync(context),
            ("GET", "/queue") => AnswerAsync(context, Queue()),
            ("GET", "/view") => ViewAsync(context),
            ("GET", "/object_info") when ObjectInfo is { } info => AnswerAsync(context, info),
            ("POST", "/upload/image") => UploadAsync(context),
            ("GET", var path) when path!.StartsWith("/history/", StringComparison.Ordinal) => HistoryAsync(context, path["/history/".Length..]),
            _ => NotFoundAsync(context),
        });
    }

    private async Task PromptAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        if (Refusal is var (status, body))
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return;
        }

        var id = request["prompt_id"]!.ToString();
        Running[id] = request;
        // Last: a test that has seen it may end it.
        Prompts.Enqueue(request);
        await context.Response.WriteAsJsonAsync(new JsonObject { ["prompt_id"] = id, ["number"] = Prompts.Count, ["node_errors"] = new JsonObject() });
        if (Automatic) await FinishAsync(id, Failure);
    }

    private async Task InterruptAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var id = request["prompt_id"]!.ToString();
        Interrupted.Enqueue(id);
        Running.TryRemove(id, out _);
    }

    private JsonObject Queue() => new()
    {
        ["queue_running"] = new JsonArray([.. Running.Keys.Select(id => new JsonArray(0, id, new JsonObject(), new JsonObject(), new JsonArray()))]),
        ["queue_pending"] = new JsonArray(),
    };

    private Task HistoryAsync(HttpContext context, string id)
    {
        if (IsOverloaded)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        var body = _history.TryGetValue(id, out var entry) ? new JsonObject { [id] = entry.DeepClone() } : [];
        return AnswerAsync(context, body);
    }

    private Task AnswerAsync(HttpContext context, JsonObject body)
    {
        var text = body.ToJsonString();
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(WritesNonFinite ? text.Replace("\"NaN\"", "NaN").Replace("\"Infinity\"", "Infinity") : text);
    }

    private async Task UploadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        using var content = new MemoryStream();
        await form.Files["image"]!.CopyToAsync(content);
        Uploads[form.Files["image"]!.FileName] = content.ToArray();
        await context.Response.WriteAsJsonAsync(new JsonObject { ["name"] = form.Files["image"]!.FileName, ["subfolder"] = "", ["type"] = form["type"].ToString() });
    }

    /// <summary>A PNG of the seed's colour, for a name that was in the history.</summary>
    private async Task ViewAsync(HttpContext context)
    {
        await GivesPictures;
        var query = context.Request.Query;
        var id = query["filename"].ToString().Split(' ')[0];
        if (query["type"] == "input" && Uploads.ContainsKey(query["filename"].ToString()))
        {
            await context.Response.WriteAsync("x");
        }
        else if (Prompts.FirstOrDefault(prompt => prompt["prompt_id"]!.ToString() == id) is { } request && query["subfolder"] == "a&b" && query["type"] == "temp")
        {
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(TestPng.Of(Seed(request)));
        }
        else
        {
            await NotFoundAsync(context);
        }
    }

    public static long Seed(JsonObject request) => request["prompt"]!.AsObject()
        .Select(node => node.Value!["inputs"]!["noise_seed"] ?? node.Value!["inputs"]!["seed"])
        .First(seed => seed is not null)!.GetValue<long>();

    private async Task SocketAsync(HttpContext context)
    {
        if (!TakesSockets)
        {
            await NotFoundAsync(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var client = context.Request.Query["clientId"].ToString();
        if (!IsSilent) _sockets[client] = socket;
        await SendAsync(socket, new JsonObject { ["type"] = "status", ["data"] = new JsonObject { ["sid"] = client } });
        // A preview image, which whoever only waits for the end must step over.
        await SendAsync(socket, new byte[40_000], WebSocketMessageType.Binary);
        try
        {
            while (await socket.ReceiveAsync(new byte[1024], context.RequestAborted) is { MessageType: not WebSocketMessageType.Close })
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client left without a word.
        }
        finally
        {
            _sockets.TryRemove(client, out _);
        }
    }

    /// <summary>A socket takes one message at a time.</summary>
    private async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> message, WebSocketMessageType type)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private Task SendAsync(WebSocket socket, JsonObject message) =>
        SendAsync(socket, JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text);

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
