namespace Polly.RateLimiting;

/// <summary>The limiter had no permit for the execution.</summary>
public sealed class RateLimiterRejectedException : ExecutionRejectedException
{
    public RateLimiterRejectedException() : base("The operation was rejected by the rate limiter.")
    {
    }

    public RateLimiterRejectedException(string message) : base(message)
    {
    }

    public RateLimiterRejectedException(string message, Exception inner) : base(message, inner)
    {
    }

    public RateLimiterRejectedException(TimeSpan retryAfter)
        : base($"The operation was rejected by the rate limiter. It can be retried after {retryAfter}.") => RetryAfter = retryAfter;

    /// <summary>When to try again, where the limiter says so.</summary>
    public TimeSpan? RetryAfter { get; }
}
