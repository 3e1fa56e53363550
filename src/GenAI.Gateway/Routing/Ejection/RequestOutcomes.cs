using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Ejection;

internal static class RequestOutcomes
{
    /// <remarks>
    /// <see cref="ForwarderError.RequestBodyDestination"/> is not held against the instance: refusing a body that is too large, it closes
    /// the connection while we still send, and clients could eject a good instance with such bodies. A dead one fails at connecting too.
    /// </remarks>
    public static RequestOutcome Of(ForwarderError? error, int status) => error switch
    {
        null or ForwarderError.None => status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout
            ? RequestOutcome.GatewayError
            : RequestOutcome.Answered,
        ForwarderError.Request
            or ForwarderError.RequestTimedOut
            or ForwarderError.ResponseHeaders
            or ForwarderError.ResponseBodyDestination
            or ForwarderError.UpgradeRequestDestination
            or ForwarderError.UpgradeResponseDestination => RequestOutcome.GatewayError,
        _ => RequestOutcome.Nothing,
    };
}
