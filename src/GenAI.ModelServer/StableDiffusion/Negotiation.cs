using Microsoft.Net.Http.Headers;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>The forms in which images can be answered.</summary>
internal enum AnswerKind
{
    Json,
    Image,
    Events,
}

/// <summary>Which form a request prefers, by its Accept header. JSON where it does not say, or names nothing on offer.</summary>
internal static class Negotiation
{
    public static AnswerKind Choose(HttpRequest request)
    {
        foreach (var accepted in request.GetTypedHeaders().Accept.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            if (Kind(accepted) is { } kind) return kind;
        }

        return AnswerKind.Json;
    }

    private static AnswerKind? Kind(MediaTypeHeaderValue accepted) => accepted.MediaType.Value?.ToLowerInvariant() switch
    {
        "application/json" or "application/*" or "*/*" => AnswerKind.Json,
        "image/png" or "image/*" => AnswerKind.Image,
        "text/event-stream" => AnswerKind.Events,
        _ => null,
    };
}
