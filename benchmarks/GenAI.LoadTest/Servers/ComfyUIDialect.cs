using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace GenAI.LoadTest.Servers;

/// <summary>The part of ComfyUI's API by which a job is run: prompts, their socket, the queue, the history and the picture.</summary>
internal sealed class ComfyUIDialect(SleepingServer server)
{
    private const string Sampler = "3", Loader = "4", Saver = "9";

    private readonly ConcurrentDictionary<string, ClientChannel> _channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> _history = new(StringComparer.Ordinal);

    public Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/ws") => SocketAsync(context),
        ("POST", "/prompt") => PromptAsync(context),
        ("GET", "/queue") => context.Response.WriteAsJsonAsync(Queue()),
        ("GET", "/view") => ViewAsync(context),
        ("GET", var path) when path!.StartsWith("/history/", StringComparison.Ordinal) => HistoryAsync(context, path["/history/".Length..]),
        ("POST", "/queue" or "/interrupt") => Task.CompletedTask,
        _ => NotFoundAsync(context),
    };

    private async Task PromptAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var id = request["prompt_id"]!.ToString();
        var graph = request["prompt"]!;
        _open[id] = false;
        _ = RunAsync(id, request["client_id"]?.ToString() ?? "", WorkOrder.Parse(graph["6"]!["inputs"]!["text"]!.ToString()), graph[Loader]!["inputs"]!["ckpt_name"]!.ToString());
        await context.Response.WriteAsJsonAsync(new JsonObject { ["prompt_id"] = id, ["number"] = 1, ["node_errors"] = new JsonObject() });
    }

    /// <summary>A prompt runs on when its client is gone, as in ComfyUI.</summary>
    private async Task RunAsync(string id, string client, WorkOrder order, string checkpoint)
    {
        await server.RunAsync(order, checkpoint, BeganAsync, StepAsync, CancellationToken.None);
        var image = new JsonObject { ["filename"] = $"{id}.png", ["subfolder"] = "", ["type"] = "output" };
        _history[id] = new JsonObject
        {
            ["outputs"] = new JsonObject { [Saver] = new JsonObject { ["images"] = new JsonArray(image) } },
            ["status"] = new JsonObject { ["status_str"] = "success", ["completed"] = true, ["messages"] = new JsonArray() },
        };
        _open.TryRemove(id, out _);
        Say("execution_success", []);
        Say("executing", new() { ["node"] = null });

        Task BeganAsync()
        {
            _open[id] = true;
            Say("execution_start", []);
            Say("executing", new() { ["node"] = Sampler });
            return Task.CompletedTask;
        }

        Task StepAsync(int step, int steps)
        {
            Say("progress", new() { ["value"] = step, ["max"] = steps, ["node"] = Sampler });
            return Task.CompletedTask;
        }

        void Say(string type, JsonObject data)
        {
            data["prompt_id"] = id;
            if (_channels.TryGetValue(client, out var channel)) channel.Send(new JsonObject { ["type"] = type, ["data"] = data });
        }
    }

    private JsonObject Queue() => new() { ["queue_running"] = Items(running: true), ["queue_pending"] = Items(running: false) };

    private JsonArray Items(bool running) =>
        [.. _open.Where(job => job.Value == running).Select(job => (JsonNode)new JsonArray(0, job.Key, new JsonObject(), new JsonObject(), new JsonArray()))];

    private Task HistoryAsync(HttpContext context, string id) =>
        context.Response.WriteAsJsonAsync(_history.TryGetValue(id, out var entry) ? new JsonObject { [id] = entry.DeepClone() } : []);

    private static Task ViewAsync(HttpContext context)
    {
        context.Response.ContentType = "image/png";
        return context.Response.Body.WriteAsync(SmallPicture.Png).AsTask();
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task SocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var client = context.Request.Query["clientId"].ToString();
        var channel = new ClientChannel(socket);
        _channels[client] = channel;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var sending = Task.CompletedTask;
        try
        {
            channel.Send(new JsonObject { ["type"] = "status", ["data"] = new JsonObject { ["sid"] = client } });
            sending = channel.SendAllAsync(gone.Token);
            var buffer = new byte[1024];
            while ((await socket.ReceiveAsync(buffer, context.RequestAborted)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client left without a word.
        }
        finally
        {
            _channels.TryRemove(client, out _);
            await gone.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A socket takes one message at a time.</summary>
    private sealed class ClientChannel(WebSocket socket)
    {
        private readonly Channel<byte[]> _messages = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });

        public void Send(JsonObject message) => _messages.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(message));

        public async Task SendAllAsync(CancellationToken cancellationToken)
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }
}
