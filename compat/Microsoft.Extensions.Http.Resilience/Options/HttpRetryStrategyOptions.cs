using Microsoft.Extensions.Http.Resilience.Pipelines;
using Polly;
using Polly.Retry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Polly's retry for transient HTTP failures: exponential from 2 seconds, with jitter, three times.</summary>
public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    private bool _shouldRetryAfterHeader;

    public HttpRetryStrategyOptions()
    {
        ShouldHandle = args =>
            ValueTask.FromResult(HttpClientResiliencePredicates.IsTransientOrConnectTimeout(args.Outcome, args.Context.CancellationToken));
        BackoffType = DelayBackoffType.Exponential;
        UseJitter = true;
        ShouldRetryAfterHeader = true;
    }

    /// <summary>
    /// True (the default): a response's Retry-After header, where there is one, is the wait before the next attempt.
    /// Setting it replaces <see cref="RetryStrategyOptions{TResult}.DelayGenerator"/>.
    /// </summary>
    public bool ShouldRetryAfterHeader
    {
        get => _shouldRetryAfterHeader;
        set
        {
            _shouldRetryAfterHeader = value;
            DelayGenerator = value ? RetryAfter.DelayAsync : null;
        }
    }
}
