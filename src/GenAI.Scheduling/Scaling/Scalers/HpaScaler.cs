using System.Collections.Immutable;
using GenAI.Scheduling.Scaling.Limits;

namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>Kubernetes' HorizontalPodAutoscaler v2 on an average value per instance: concurrency, running and waiting.</summary>
/// <remarks>
/// kubernetes, pkg/controller/podautoscaler/replica_calculator.go, GetExternalPerPodMetricReplicas:
/// <c>ratio = usage / (target × replicas)</c>; inside the tolerance keep the replicas, else <c>ceil(usage / target)</c>. Then
/// horizontal.go: stabilisation windows and rates (<see cref="RateLimiter"/>), then the bounds.
/// <example>
/// 10 replicas, target 0.7, 9 jobs: ratio 9 / 7 = 1.29 → ceil(12.86) = 13. With 7.5 jobs: 1.07, inside 0.1 → 10 stay.
/// </example>
/// </remarks>
public sealed class HpaScaler(HpaSettings settings) : IScaler
{
    public string Kind => "hpa";

    public ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context)
    {
        var state = memory as HpaMemory ?? HpaMemory.Empty;
        if (observation is null) return ScalerAdvice.Hold(state, "no metrics");

        var raw = Replicas(observation.Concurrency, context.Current, settings.TargetConcurrency / context.TargetFactor, settings.Tolerance);
        var desired = RateLimiter.Stabilize(settings.Behaviour, raw, context.Current, state.Recommendations, context.Now);
        desired = RateLimiter.Limit(settings.Behaviour, desired, context.Current, state.Changes, context.Now);
        desired = Math.Clamp(desired, context.MinInstances, context.MaxInstances);

        var oldest = context.Now - settings.Behaviour.Memory;
        var next = new HpaMemory(
            Windows.With(state.Recommendations, oldest, new Recommendation(context.Now, raw)),
            RateLimiter.Remember(settings.Behaviour, state.Changes, desired - context.Current, context.Now));
        return new ScalerAdvice(desired, next, $"{observation.Concurrency} jobs at {settings.TargetConcurrency} per instance ask for {raw}");
    }

    internal static int Replicas(double usage, int current, double target, double tolerance)
    {
        if (current > 0 && Math.Abs(usage / (target * current) - 1) <= tolerance) return current;
        return (int)Math.Ceiling(usage / target);
    }
}

/// <param name="TargetConcurrency">Jobs per instance, running and waiting, that are just right.</param>
public sealed record HpaSettings(double TargetConcurrency, double Tolerance, Behaviour Behaviour) : ScalerSettings
{
    public static HpaSettings Default { get; } = new(0.7, 0.1, Behaviour.Kubernetes);

    public override IScaler Create() => new HpaScaler(this);
}

public sealed record HpaMemory(ImmutableArray<Recommendation> Recommendations, ImmutableArray<ScaleChange> Changes) : ScalerMemory
{
    public static HpaMemory Empty { get; } = new([], []);
}
