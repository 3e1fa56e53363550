using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>An instance's answer, or that there is none, on its way to the client.</summary>
internal static class ForwardedAnswer
{
    /// <summary>Status and headers, all but those of the connection.</summary>
    public static void Begin(HttpContext context, ResponseHead head)
    {
        var response = context.Response;
        response.StatusCode = head.Status;
        if (head.Reason is { } reason) context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;

        var headers = response.Headers;
        for (var i = 0; i < head.Count; i++)
        {
            var line = head.Lines[i];
            if (line.Role != HeaderRole.PassedOn) continue;
            var before = headers[line.Name];
            if (before.Count == 0) headers[line.Name] = line.Value;
            else if (!line.Name.Equals(HeaderNames.StrictTransportSecurity, StringComparison.OrdinalIgnoreCase))
                headers[line.Name] = StringValues.Concat(before, line.Value);
        }

        // The server refuses a length where there can be no body.
        if (head.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent)) response.ContentLength = head.ContentLength;
    }

    /// <summary>Nothing was answered: the client gets a status, to which others give a body.</summary>
    public static ForwarderError Missing(HttpContext context, Exception exception)
    {
        var (error, status) = context.RequestAborted.IsCancellationRequested ? (ForwarderError.RequestCanceled, StatusCodes.Status400BadRequest)
            : exception is TimeoutException ? (ForwarderError.RequestTimedOut, StatusCodes.Status504GatewayTimeout)
            : (ForwarderError.Request, StatusCodes.Status502BadGateway);
        context.Features.Set<IForwarderErrorFeature>(new ForwardingFailure(error, exception));
        context.Response.StatusCode = status;
        return error;
    }

    /// <summary>The answer ended before its end: what the client has of it must not look whole.</summary>
    public static ForwarderError BrokenOff(HttpContext context, Exception exception, bool hasTimedOut)
    {
        var isOurs = hasTimedOut || exception is OperationCanceledException || context.RequestAborted.IsCancellationRequested;
        var error = isOurs ? ForwarderError.ResponseBodyCanceled : ForwarderError.ResponseBodyDestination;
        context.Features.Set<IForwarderErrorFeature>(new ForwardingFailure(error, exception));
        if (context.Response.HasStarted)
        {
            context.Abort();
            return error;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        return error;
    }
}
