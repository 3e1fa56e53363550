using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Routing.Clients;

internal static class WebSocketRequest
{
    /// <summary>Whether the request opens a WebSocket: by HTTP/1.1's upgrade, or by HTTP/2's extended CONNECT (RFC 8441).</summary>
    public static bool IsWebSocket(this HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
