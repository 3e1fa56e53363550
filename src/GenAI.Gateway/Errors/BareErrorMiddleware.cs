using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Ejection;
using Microsoft.AspNetCore.Diagnostics;

namespace GenAI.Gateway.Errors;

/// <summary>
/// Gives every error of the gateway that is only a status so far its body, in the shape of the API that the client speaks.
/// Answers of instances pass untouched, empty ones included.
/// </summary>
internal sealed partial class BareErrorMiddleware(
    RequestDelegate next, BareErrors errors, ApiErrorWriter writer, ILogger<BareErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);

        var response = context.Response;
        if (response.StatusCode < 400) return;
        if (context.GetForwarderErrorFeature() is { Exception: { } exception } failure
            && RequestOutcomes.Of(failure.Error, response.StatusCode, context.IsWebSocket()) == RequestOutcome.GatewayError)
            LogFailed(context.GetReverseProxyFeature().ProxiedDestination?.DestinationId, failure.Error, exception.Message);
        if (response.HasStarted || response.ContentLength.HasValue || !string.IsNullOrEmpty(response.ContentType)) return;

        if (errors.Describe(context) is { } error) await writer.WriteAsync(context, error);
        else if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
    }

    [LoggerMessage(1, LogLevel.Warning, "A request to instance {Instance} failed ({Error}): {Reason}")]
    private partial void LogFailed(string? instance, Yarp.ReverseProxy.Forwarder.ForwarderError error, string reason);
}
