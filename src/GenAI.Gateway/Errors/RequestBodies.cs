using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Errors;

internal static class RequestBodies
{
    /// <summary>Lowers the limit of the request's body, never raises it: beyond it reading throws, which becomes 413.</summary>
    public static void LimitBody(this HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Math.Min(limit.MaxRequestBodySize ?? long.MaxValue, bytes);
    }
}
