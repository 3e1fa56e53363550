using System.Text.Json;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Errors;
using GenAI.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Access;

/// <summary>What the routes of the admin API share: reading a body, answering, and what there is to say when keys or their store are not there.</summary>
internal static partial class AdminRequests
{
    private const int MaxBodyBytes = 64 << 10;

    /// <summary>For routes that only make sense where keys are asked for.</summary>
    public static RouteGroupBuilder WithKeysOnly(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (call, next) =>
        {
            var services = call.HttpContext.RequestServices;
            if (services.GetRequiredService<GenAISettings>().ApiAuthEnabled) return await next(call);
            await services.GetRequiredService<ApiErrorWriter>().WriteAsync(call.HttpContext, new ApiError(
                StatusCodes.Status409Conflict, "auth_disabled",
                "This gateway asks nobody for a key (API_AUTH_ENABLED is false), so there are none; start it with API_AUTH_ENABLED=true."));
            return Results.Empty;
        });
        return group;
    }

    /// <summary>The store's failure is neither the client's fault nor a bug: it is said, and worth trying again.</summary>
    public static RouteGroupBuilder WithStoreErrors(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (call, next) =>
        {
            try
            {
                return await next(call);
            }
            catch (AccessStoreException exception)
            {
                var services = call.HttpContext.RequestServices;
                services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AdminRequests).FullName!).LogStoreFailed(exception.Message);
                await services.GetRequiredService<ApiErrorWriter>().WriteAsync(call.HttpContext, new ApiError(
                    StatusCodes.Status503ServiceUnavailable, "key_store_unavailable", "The store of API keys cannot be used now; the gateway's log says why.")
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                });
                return Results.Empty;
            }
        });
        return group;
    }

    /// <summary>Reads the body of the request; one that has none stands for <c>{}</c>.</summary>
    public static async Task<(T? Request, ApiError? Error)> ReadAsync<T>(HttpContext context) where T : class, new()
    {
        var request = context.Request;
        if (request.ContentLength == 0 || (request.ContentLength is null && !HasBody(context))) return (new T(), null);
        if (!request.HasJsonContentType())
        {
            return (null, new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
                $"The content type is '{request.ContentType}'; expected application/json."));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            return await request.ReadFromJsonAsync<T>(AccessJson.Strict, context.RequestAborted) is { } read
                ? (read, null)
                : (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_json", "The body is JSON null; expected an object."));
        }
        catch (JsonException exception)
        {
            return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_json",
                $"The body is not what is expected, at {exception.Path ?? "$"} (line {exception.LineNumber + 1}, position {exception.BytePositionInLine + 1}). "
                + $"Members: {string.Join(", ", typeof(T).GetProperties().Select(member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name)))}.")
            {
                Param = exception.Path,
            });
        }
    }

    public static Task AnswerAsync<T>(this HttpContext context, T? answer, ApiError? error, int status = StatusCodes.Status200OK) where T : class
    {
        if (answer is null) return context.RequestServices.GetRequiredService<ApiErrorWriter>().WriteAsync(context, error!);
        // Keys and tickets are told once, and no cache may tell them again.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, AccessJson.Options, context.RequestAborted);
    }

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    [LoggerMessage(1, LogLevel.Error, "{Reason}")]
    private static partial void LogStoreFailed(this ILogger logger, string reason);
}
