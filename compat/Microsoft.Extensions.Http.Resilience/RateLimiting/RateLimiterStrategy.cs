using System.Threading.RateLimiting;
using Polly.Telemetry;

namespace Polly.RateLimiting;

/// <summary>Runs an execution only with a lease, which it returns at the end.</summary>
internal sealed class RateLimiterStrategy(
    Func<RateLimiterArguments, ValueTask<RateLimitLease>> limiter,
    Func<OnRateLimiterRejectedArguments, ValueTask>? onRejected,
    ResilienceStrategyTelemetry telemetry) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        using var lease = await limiter(new RateLimiterArguments(context));
        return lease.IsAcquired ? await callback(context, state) : await RejectAsync<TResult>(context, lease);
    }

    private async ValueTask<Outcome<TResult>> RejectAsync<TResult>(ResilienceContext context, RateLimitLease lease)
    {
        var args = new OnRateLimiterRejectedArguments(context, lease);
        telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Error, "OnRateLimiterRejected"), context, args);
        if (onRejected is not null) await onRejected(args);
        var exception = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter)
            ? new RateLimiterRejectedException(retryAfter)
            : new RateLimiterRejectedException();
        telemetry.SetTelemetrySource(exception);
        return Outcome.FromException<TResult>(exception);
    }
}

internal static class RateLimiterBuilderExtensions
{
    public static ResiliencePipelineBuilder<TResult> AddRateLimiter<TResult>(
        this ResiliencePipelineBuilder<TResult> builder, RateLimiterStrategyOptions options)
    {
        var limiter = options.RateLimiter ?? AcquireFrom(new ConcurrencyLimiter(options.DefaultRateLimiterOptions));
        return builder.AddStrategy(context => new RateLimiterStrategy(limiter, options.OnRejected, context.Telemetry), options);
    }

    private static Func<RateLimiterArguments, ValueTask<RateLimitLease>> AcquireFrom(ConcurrencyLimiter limiter) =>
        args => limiter.AcquireAsync(1, args.Context.CancellationToken);
}
