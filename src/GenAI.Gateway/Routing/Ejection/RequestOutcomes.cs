using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Ejection;

internal static class RequestOutcomes
{
    public static RequestOutcome Of(HttpContext context, bool isWebSocket) =>
        Of(context.GetForwarderErrorFeature()?.Error, context.Response.StatusCode, isWebSocket);

    /// <remarks>
    /// <see cref="ForwarderError.RequestBodyDestination"/> is not held against the instance: refusing a body that is too large, it closes
    /// the connection while we still send, and clients could eject a good instance with such bodies. A dead one fails at connecting too.
    /// Nor is a 503 to somebody who wants a WebSocket: an instance that has as many sockets as it takes, or takes none, is not a broken one, and
    /// clients that keep trying would eject it for everybody else's plain requests.
    /// </remarks>
    public static RequestOutcome Of(ForwarderError? error, int status, bool isWebSocket) => error switch
    {
        null or ForwarderError.None => status switch
        {
            StatusCodes.Status503ServiceUnavailable when isWebSocket => RequestOutcome.Nothing,
            StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => RequestOutcome.GatewayError,
            _ => RequestOutcome.Answered,
        },
        ForwarderError.Request
            or ForwarderError.RequestTimedOut
            or ForwarderError.ResponseHeaders
            or ForwarderError.ResponseBodyDestination
            or ForwarderError.UpgradeRequestDestination
            or ForwarderError.UpgradeResponseDestination => RequestOutcome.GatewayError,
        _ => RequestOutcome.Nothing,
    };
}
