using Polly;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>What a strategy's callback can know of the request under way.</summary>
internal static class RequestContext
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("Resilience.Http.RequestMessage");
    private static readonly ResiliencePropertyKey<TimeProvider> ClockKey = new("Resilience.Http.Clock");

    public static void SetRequest(this ResilienceContext context, HttpRequestMessage request, TimeProvider clock)
    {
        context.Properties.Set(RequestKey, request);
        context.Properties.Set(ClockKey, clock);
    }

    public static HttpRequestMessage? GetRequest(this ResilienceContext context) =>
        context.Properties.TryGetValue(RequestKey, out var request) ? request : null;

    public static TimeProvider GetClock(this ResilienceContext context) => context.Properties.GetValue(ClockKey, TimeProvider.System);
}
