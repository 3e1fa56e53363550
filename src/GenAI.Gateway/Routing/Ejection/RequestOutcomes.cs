using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Ejection;

internal static class RequestOutcomes
{
    public static RequestOutcome Of(ForwarderError? error, int status) => error switch
    {
        null or ForwarderError.None => status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout
            ? RequestOutcome.GatewayError
            : RequestOutcome.Answered,
        ForwarderError.Request
            or ForwarderError.RequestTimedOut
            or ForwarderError.RequestBodyDestination
            or ForwarderError.ResponseHeaders
            or ForwarderError.ResponseBodyDestination
            or ForwarderError.UpgradeRequestDestination
            or ForwarderError.UpgradeResponseDestination => RequestOutcome.GatewayError,
        _ => RequestOutcome.Nothing,
    };
}
