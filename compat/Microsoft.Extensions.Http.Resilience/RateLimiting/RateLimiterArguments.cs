using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

public readonly struct RateLimiterArguments(ResilienceContext context)
{
    public ResilienceContext Context { get; } = context;
}

public readonly struct OnRateLimiterRejectedArguments(ResilienceContext context, RateLimitLease lease)
{
    public ResilienceContext Context { get; } = context;

    public RateLimitLease Lease { get; } = lease;
}
