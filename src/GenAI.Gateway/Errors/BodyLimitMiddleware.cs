using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Errors;

/// <summary>
/// Refuses a body whose announced length is beyond the limit before an instance hears of it. One without a length is cut off by the
/// server when it grows past the same limit.
/// </summary>
internal sealed class BodyLimitMiddleware(RequestDelegate next, ApiErrorWriter writer, BareErrors bare, IOptions<GatewayOptions> options)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Request.ContentLength > options.Value.MaxRequestBodyBytes ? writer.WriteAsync(context, bare.TooLarge()) : next(context);
}
