using GenAI.ModelServer.ComfyUI.Graphs;
using Microsoft.AspNetCore.Http.Metadata;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>How large a request's body may be, as endpoint metadata that routing hands to the web server.</summary>
internal sealed record MaxBody(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

internal static class RequestLimits
{
    /// <summary>The web server's own refusal (too large, cut off) in ComfyUI's shape.</summary>
    public static IResult Refusal(BadHttpRequestException exception) => ComfyResults.Error(
        exception.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? new PromptError("request_too_large", "Request too large", exception.Message)
            : new PromptError("invalid_request", "Invalid request", exception.Message),
        exception.StatusCode);
}
