using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.StableDiffusionApi;

internal enum AnswerKind
{
    Json,
    Image,
    Events,
}

/// <summary>What the client accepts (RFC 9110, 12.5.1): of the answers that there are the one with the highest weight, JSON first.</summary>
internal static class AcceptedAnswers
{
    /// <returns>Null when it accepts none of them.</returns>
    public static AnswerKind? Choose(HttpRequest request, GenerateRequest generate)
    {
        if (generate.Stream) return AnswerKind.Events;
        var accepts = request.GetTypedHeaders().Accept;
        if (accepts.Count == 0) return AnswerKind.Json;
        var kinds = new[]
        {
            (Kind: AnswerKind.Json, Type: "application/json"), (Kind: AnswerKind.Image, Type: $"image/{generate.Format}"), (Kind: AnswerKind.Events, Type: "text/event-stream"),
        };
        // Stable, so that of equals the first is chosen.
        var (best, type) = kinds.OrderByDescending(kind => Weight(accepts, kind.Type)).First();
        return Weight(accepts, type) > 0 ? best : null;
    }

    private static double Weight(IList<MediaTypeHeaderValue> accepts, string type)
    {
        var offered = new MediaTypeHeaderValue(type);
        // The most specific range that covers it counts.
        var range = accepts.Where(offered.IsSubsetOf).OrderBy(accept => accept.MatchesAllTypes ? 2 : accept.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
        return range is null ? 0 : range.Quality ?? 1;
    }
}
