using Microsoft.Extensions.Http.Resilience.Telemetry;
using Polly;
using Polly.RateLimiting;
using Polly.Retry;

namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>Rate limiter → total timeout → retry → circuit breaker → attempt timeout.</summary>
internal sealed class StandardPipeline(
    string name, string key, HttpStandardResilienceOptions options, TimeProvider clock, PollyMeter meter)
{
    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; } =
        new ResiliencePipelineBuilder<HttpResponseMessage> { Name = name, InstanceName = key, TimeProvider = clock, TelemetryListener = meter }
            .AddRateLimiter(options.RateLimiter)
            .AddTimeout(options.TotalRequestTimeout)
            .AddRetry(OnlyReplayable(options.Retry))
            .AddCircuitBreaker(options.CircuitBreaker)
            .AddTimeout(options.AttemptTimeout)
            .Build();

    private static RetryStrategyOptions<HttpResponseMessage> OnlyReplayable(HttpRetryStrategyOptions retry) => new()
    {
        Name = retry.Name,
        BackoffType = retry.BackoffType,
        Delay = retry.Delay,
        DelayGenerator = retry.DelayGenerator,
        MaxDelay = retry.MaxDelay,
        MaxRetryAttempts = retry.MaxRetryAttempts,
        OnRetry = retry.OnRetry,
        Randomizer = retry.Randomizer,
        UseJitter = retry.UseJitter,
        ShouldHandle = async args =>
            ReplayableContent.IsReplayable(args.Context.GetRequest()?.Content) && await retry.ShouldHandle(args),
    };
}
