using Polly.Retry;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>The Retry-After header (RFC 9110, section 10.2.3): seconds, or a date.</summary>
internal static class RetryAfter
{
    /// <summary>Null, which leaves the wait to the backoff, without a header or when its date has passed.</summary>
    public static ValueTask<TimeSpan?> DelayAsync(RetryDelayGeneratorArguments<HttpResponseMessage> args)
    {
        TimeSpan? wait = args.Outcome.Result?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - args.Context.GetClock().GetUtcNow(),
            _ => null,
        };
        return ValueTask.FromResult(wait < TimeSpan.Zero ? null : wait);
    }
}
