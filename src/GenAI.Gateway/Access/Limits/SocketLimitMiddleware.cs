using GenAI.Gateway.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Limits;

/// <summary>
/// How many WebSockets, and whatever else leaves HTTP, may be open at the same time. The server's own limit would be an exception in the midst of
/// the one that is too many, and so an error of ours.
/// </summary>
internal sealed class SocketLimitMiddleware(RequestDelegate next, ApiErrorWriter errors, IOptions<ConnectionOptions> options)
{
    private readonly int _most = options.Value.MaxWebSockets;
    private int _open;

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } ? CountedAsync(context) : next(context);

    private async Task CountedAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > _most) await errors.WriteAsync(context, TooMany(_most));
            else await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static ApiError TooMany(int most) =>
        new(StatusCodes.Status503ServiceUnavailable, "too_many_connections", $"All {most} WebSockets that may be open are; try again when one has closed.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
