using System.Net.Http.Json;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>
/// Whether a request's body can be sent a second time. A stream is spent by its first attempt, so a request that carries one,
/// or content of a kind not known here, is not retried: the caller gets the first failure.
/// </summary>
internal static class ReplayableContent
{
    public static bool IsReplayable(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(IsReplayable),
        _ => false,
    };
}
