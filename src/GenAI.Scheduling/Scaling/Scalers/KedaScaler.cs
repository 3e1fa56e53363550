using System.Collections.Immutable;
using GenAI.Scheduling.Scaling.Limits;

namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>KEDA's ScaledObject on the jobs of a queue: between 0 and 1 by activation, from 1 up as the HPA that it creates.</summary>
/// <remarks>
/// kedacore/keda: pkg/scaling/executor/scale_scaledobjects.go (RequestScale: from zero when a trigger is active, to zero when none
/// has been for the cooldown period; a paused object stays at its paused count) and pkg/fallback/fallback.go (more than
/// failureThreshold failures in a row: the fallback's replicas; any success resets the count). A trigger is active above, not at,
/// its activation value.
/// <example>Cooldown 300 s, activation 0: the last job ends at 12:00:00, so zero instances from 12:05:00 on.</example>
/// </remarks>
public sealed class KedaScaler(KedaSettings settings) : IScaler
{
    public string Kind => "keda";

    public ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context)
    {
        var state = memory as KedaMemory ?? KedaMemory.Empty;
        if (settings.PausedReplicas is { } paused) return new ScalerAdvice(paused, state, $"paused at {paused}");
        if (observation is null) return WithoutMetrics(state);

        var active = observation.Concurrency > settings.ActivationJobs;
        var lastActive = active ? context.Now : state.LastActive;
        var (desired, next) = active
            ? Active(observation, state, context)
            : Idle(state with { LastActive = lastActive }, context);
        return new ScalerAdvice(desired, next with { Failures = 0, LastActive = lastActive }, Explain(active, observation));
    }

    private ScalerAdvice WithoutMetrics(KedaMemory state)
    {
        var failures = state.Failures + 1;
        var next = state with { Failures = failures };
        return failures > settings.FailureThreshold && settings.FallbackReplicas is { } fallback
            ? new ScalerAdvice(fallback, next, $"no metrics {failures} times in a row: the fallback's {fallback}")
            : ScalerAdvice.Hold(next, $"no metrics {failures} times in a row");
    }

    private (int Desired, KedaMemory Next) Active(ScalingObservation observation, KedaMemory state, in ScalingContext context)
    {
        if (context.Current == 0) return (Math.Max(1, context.MinInstances), state);
        var target = settings.TargetJobs / context.TargetFactor;
        var raw = Math.Max(1, HpaScaler.Replicas(observation.Concurrency, context.Current, target, settings.Tolerance));
        return Limited(raw, state, context);
    }

    private (int Desired, KedaMemory Next) Idle(KedaMemory state, in ScalingContext context)
    {
        if (context.MinInstances > 0 || context.Current == 0) return Limited(Math.Min(context.Current, context.MinInstances), state, context);
        var cooled = state.LastActive is not { } last || last + settings.Cooldown < context.Now;
        return cooled ? (0, state) : Limited(1, state, context);
    }

    private (int Desired, KedaMemory Next) Limited(int raw, KedaMemory state, in ScalingContext context)
    {
        var desired = RateLimiter.Stabilize(settings.Behaviour, raw, context.Current, state.Recommendations, context.Now);
        desired = RateLimiter.Limit(settings.Behaviour, desired, context.Current, state.Changes, context.Now);
        desired = Math.Clamp(desired, context.MinInstances, context.MaxInstances);
        var oldest = context.Now - settings.Behaviour.Memory;
        return (desired, state with
        {
            Recommendations = Windows.With(state.Recommendations, oldest, new Recommendation(context.Now, raw)),
            Changes = RateLimiter.Remember(settings.Behaviour, state.Changes, desired - context.Current, context.Now),
        });
    }

    private string Explain(bool active, ScalingObservation observation) => active
        ? $"{observation.Concurrency} jobs at {settings.TargetJobs} per instance"
        : $"{observation.Concurrency} jobs do not exceed the activation value {settings.ActivationJobs}";
}

/// <param name="FailureThreshold">Failures in a row that are borne before the fallback.</param>
/// <param name="PausedReplicas">The annotation autoscaling.keda.sh/paused-replicas.</param>
public sealed record KedaSettings(
    double TargetJobs,
    double ActivationJobs,
    TimeSpan Cooldown,
    double Tolerance,
    int FailureThreshold,
    int? FallbackReplicas,
    int? PausedReplicas,
    Behaviour Behaviour)
    : ScalerSettings
{
    public static KedaSettings Default { get; } = new(0.7, 0, TimeSpan.FromSeconds(300), 0.1, 3, null, null, Behaviour.Kubernetes);

    public override IScaler Create() => new KedaScaler(this);
}

public sealed record KedaMemory(
    DateTimeOffset? LastActive, int Failures, ImmutableArray<Recommendation> Recommendations, ImmutableArray<ScaleChange> Changes)
    : ScalerMemory
{
    public static KedaMemory Empty { get; } = new(null, 0, [], []);
}
