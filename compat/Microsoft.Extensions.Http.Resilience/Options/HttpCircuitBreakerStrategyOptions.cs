using Polly.CircuitBreaker;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Polly's circuit breaker, counting transient HTTP failures.</summary>
public class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>
{
    public HttpCircuitBreakerStrategyOptions() => ShouldHandle = args =>
        ValueTask.FromResult(HttpClientResiliencePredicates.IsTransientOrConnectTimeout(args.Outcome, args.Context.CancellationToken));
}
