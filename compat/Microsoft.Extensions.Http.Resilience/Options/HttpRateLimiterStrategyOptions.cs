using Polly.RateLimiting;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>A limit of 1000 concurrent requests and an empty queue unless set.</summary>
public class HttpRateLimiterStrategyOptions : RateLimiterStrategyOptions;
