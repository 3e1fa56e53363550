using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Api;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary><c>/ws?clientId=…</c>: where a client hears of the queue and of its own jobs.</summary>
internal static class SocketApi
{
    private const int MaxSessionLength = 256;

    public static void MapSocketApi(this IEndpointRouteBuilder routes) => routes.MapGet("/ws", ConnectAsync);

    private static async Task<IResult> ConnectAsync(
        HttpContext context, string? clientId, ClientSockets sockets, JobQueue<PromptJob> queue, CurrentNode current,
        ModelServerOptions options, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return ComfyResults.BadRequest("/ws takes WebSocket connections only; the request has no upgrade to one");
        if (clientId?.Length > MaxSessionLength)
            return ComfyResults.BadRequest($"clientId may have up to {MaxSessionLength} characters, got {clientId.Length}");
        if (!sockets.TryClaim()) return TooMany(context.Response, options.Sockets);

        var session = string.IsNullOrEmpty(clientId) ? Guid.NewGuid().ToString("N") : clientId;
        using var socket = new ClientSocket(options, clock);
        try
        {
            Greet(socket, session, queue.Count, current);
            sockets.Add(session, socket);
            using var connection = await context.WebSockets.AcceptWebSocketAsync();
            await socket.RunAsync(connection, lifetime.ApplicationStopping);
        }
        finally
        {
            sockets.Remove(session, socket);
            sockets.Release();
        }

        return Results.Empty;
    }

    private static IResult TooMany(HttpResponse response, SocketOptions limits)
    {
        response.Headers.RetryAfter = "1";
        return ComfyResults.Error(
            new PromptError("too_many_connections", "Too many connections", $"at most {limits.MaxConnections} clients may listen"),
            StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The queue's state; and, for a client whose job runs, at which node it is.</summary>
    private static void Greet(ClientSocket socket, string session, int remaining, CurrentNode current)
    {
        socket.Post(SocketMessages.Text("status", new JsonObject { ["status"] = PromptApi.QueueInfo(remaining), ["sid"] = session }));
        if (current.For(session) is var (prompt, node))
            socket.Post(SocketMessages.Text("executing", new JsonObject { ["node"] = node, ["display_node"] = node, ["prompt_id"] = prompt }));
    }
}
