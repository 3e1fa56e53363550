using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Draining;

/// <summary>Refuses new requests to instances once the gateway is told to stop, and bids the client to connect elsewhere.</summary>
internal sealed class DrainMiddleware(RequestDelegate next, GatewayDrain drain, ApiErrorWriter errors, IOptions<GatewayOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!drain.IsDraining) return next(context);
        context.Response.Headers.Connection = "close";
        return errors.WriteAsync(context, new ApiError(StatusCodes.Status503ServiceUnavailable, "stopping",
            "The gateway is stopping and passes nothing more on. Try again in a moment.")
        {
            RetryAfter = options.Value.RetryAfter,
        });
    }
}
