using System.Text.Json;
using GenAI.ServiceDefaults.Json;
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

    /// <summary>What is wrong with the encoding of the body; null for a plain one. None is undone here: a small body may become a large one.</summary>
    public static string? EncodingProblem(this HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } encoding && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? $"has the Content-Encoding '{encoding}'; expected it plain"
            : null;

    /// <summary>
    /// Reads a body that is JSON of which every name and text is Unicode, so that whoever asks for one gets it. Exactly one of the two is null.
    /// </summary>
    public static async Task<(JsonElement? Body, ApiError? Error)> ReadJsonAsync(this HttpContext context, long maxBytes, int maxDepth)
    {
        context.LimitBody(maxBytes);
        if (context.Request.EncodingProblem() is { } problem)
            return (null, new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_encoding", $"The body of the request {problem}."));
        try
        {
            return (await JsonText.ReadAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = maxDepth }, context.RequestAborted), null);
        }
        catch (JsonException exception) when (exception.LineNumber is null)
        {
            return (null, Invalid("is not Unicode text: it has bytes that are not UTF-8, or an escape that is half of a surrogate pair"));
        }
        catch (JsonException exception)
        {
            return (null, Invalid($"is not valid JSON of up to {maxDepth} levels (line {exception.LineNumber + 1}, position {exception.BytePositionInLine + 1})"));
        }

        static ApiError Invalid(string problem) => new(StatusCodes.Status400BadRequest, "invalid_json", $"The body of the request {problem}.");
    }
}
