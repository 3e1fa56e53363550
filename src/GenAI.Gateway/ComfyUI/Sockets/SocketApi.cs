using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary><c>/ws?clientId=…</c>: where a client hears of the queue and of its own jobs, whichever instances run them.</summary>
internal static class SocketApi
{
    private const int MaxSessionLength = 256;

    public static void MapSockets(this OwnedRoutes routes)
    {
        // Only here: requests that are passed through must not pay for it.
        var pipeline = routes.Builder();
        pipeline.UseWebSockets();
        pipeline.Run(ConnectAsync);
        routes.Socket("/ws", pipeline.Build());
    }

    private static async Task ConnectAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<ComfyUIOptions>>().Value;
        var sessions = services.GetRequiredService<SocketSessions>();
        var comfy = await VirtualComfyUI.BindAsync(context);
        if (Refuse(context, services.GetRequiredService<GatewayDrain>().IsDraining) is { } refusal)
        {
            await Answers.Error(refusal).ExecuteAsync(context);
            return;
        }

        if (sessions.TryClaim(comfy.Caller.Id) is { } reason)
        {
            await Answers.Error(TooMany(reason)).ExecuteAsync(context);
            return;
        }

        try
        {
            var given = context.Request.Query["clientId"].ToString();
            await ServeAsync(context, new SocketKey(comfy.Caller.Id, comfy.Name, given.Length > 0 ? given : Guid.NewGuid().ToString("N")), options, sessions);
        }
        finally
        {
            sessions.Release(comfy.Caller.Id);
        }
    }

    private static ApiError? Refuse(HttpContext context, bool isStopping)
    {
        if (OriginPolicy.Refuse(context) is { } refusal) return refusal;
        if (isStopping) return Stopping;
        if (!context.WebSockets.IsWebSocketRequest)
            return Bad("/ws takes WebSocket connections only; the request has no upgrade to one");
        return context.Request.Query["clientId"].ToString() is { Length: > MaxSessionLength } id
            ? Bad($"clientId may have up to {MaxSessionLength} characters, got {id.Length}")
            : null;
    }

    private static async Task ServeAsync(HttpContext context, SocketKey key, ComfyUIOptions options, SocketSessions sessions)
    {
        var services = context.RequestServices;
        using var socket = new ClientSocket(options.Sockets, options.Uploads.MaxFileBytes, services.GetRequiredService<TimeProvider>());
        socket.Post(SocketFeed.Status(services.GetRequiredService<JobDesk>().CountOpen(key.Model), key.ClientId));
        // From here on it misses nothing; what it missed before comes from the journal, perhaps a second time.
        var missed = sessions.Enter(key, socket);
        try
        {
            foreach (var message in await services.GetRequiredService<SocketReplay>().ReadAsync(key, missed, context.RequestAborted)) socket.Post(message);
            using var connection = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = options.Sockets.PingInterval, KeepAliveTimeout = options.Sockets.PingTimeout,
            });
            await socket.RunAsync(connection, services.GetRequiredService<GatewayDrain>().Over);
        }
        finally
        {
            sessions.Leave(key, socket);
        }
    }

    private static ApiError Stopping { get; } = new(StatusCodes.Status503ServiceUnavailable, "stopping", "The gateway is stopping")
    {
        Param = "connect again in a moment", RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static ApiError Bad(string details) => new(StatusCodes.Status400BadRequest, "invalid_request", "Invalid request") { Param = details };

    private static ApiError TooMany(string reason) => new(StatusCodes.Status503ServiceUnavailable, "too_many_connections", "Too many connections")
    {
        Param = reason, RetryAfter = TimeSpan.FromSeconds(1),
    };
}
