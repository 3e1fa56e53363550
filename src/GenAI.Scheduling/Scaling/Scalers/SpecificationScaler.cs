namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>The system specification's per-model policy: thresholds on GPU utilisation and on the queue, and steps towards the target.</summary>
/// <remarks>
/// Up when the utilisation passes the scale-up threshold or the queue its target, no sooner than the cooldown after the last rise.
/// A step goes to the count at which the present work would keep the target utilisation, current × utilisation / target rounded
/// up, and is never less than one instance. Down when the utilisation is below the scale-down threshold and nothing waits, no sooner than the cooldown after any change.
/// <example>
/// Threshold 0.8, target 0.7, cooldown 300 s: 10 instances at 0.95 become ceil(13.6) = 14 at 12:00:00, and if that was not enough, more at 12:05:00.
/// </example>
/// </remarks>
public sealed class SpecificationScaler(SpecificationSettings settings) : IScaler
{
    public string Kind => "specification";

    public ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context)
    {
        var state = memory as SpecificationMemory ?? SpecificationMemory.Empty;
        if (observation is null) return ScalerAdvice.Hold(state, "no metrics");
        if (observation.GpuUtilization is not { } utilization) return ScalerAdvice.Hold(state, "GPU utilisation is not measured");

        var current = context.Current;
        var target = settings.TargetGpuUtilization / context.TargetFactor;
        var queue = settings.TargetQueueLength / context.TargetFactor;
        if ((utilization >= settings.ScaleUpThreshold || observation.Waiting > queue) && current < context.MaxInstances)
        {
            return Cooled(state.LastUp, settings.ScaleUpCooldown, context.Now)
                ? new ScalerAdvice(
                    Math.Clamp(Aimed(current, utilization, target), current + 1, context.MaxInstances), state with { LastUp = context.Now },
                    $"utilisation {utilization:0.00} where {target:0.00} is aimed at, {observation.Waiting} waiting: more")
                : new ScalerAdvice(current, state, "scale-up is cooling down");
        }

        if (utilization <= settings.ScaleDownThreshold && observation.Waiting == 0 && current > context.MinInstances)
        {
            return Cooled(state.LastUp, settings.ScaleDownCooldown, context.Now) && Cooled(state.LastDown, settings.ScaleDownCooldown, context.Now)
                ? new ScalerAdvice(
                    Math.Clamp(Aimed(current, utilization, target), context.MinInstances, current - 1), state with { LastDown = context.Now },
                    $"utilisation {utilization:0.00} where {target:0.00} is aimed at, nothing waiting: fewer")
                : new ScalerAdvice(current, state, "scale-down is cooling down");
        }

        return new ScalerAdvice(current, state, $"utilisation {utilization:0.00} and {observation.Waiting} waiting are within the thresholds");
    }

    private static int Aimed(int current, double utilization, double target) => (int)Math.Ceiling(current * utilization / target - 1e-9);

    private static bool Cooled(DateTimeOffset? last, TimeSpan cooldown, DateTimeOffset now) => last is not { } at || now - at >= cooldown;
}

/// <param name="TargetGpuUtilization">What a step aims at, between the two thresholds; they decide whether there is one.</param>
public sealed record SpecificationSettings(
    double TargetGpuUtilization,
    double TargetQueueLength,
    double ScaleUpThreshold,
    double ScaleDownThreshold,
    TimeSpan ScaleUpCooldown,
    TimeSpan ScaleDownCooldown)
    : ScalerSettings
{
    public static SpecificationSettings Default { get; } = new(0.7, 10, 0.8, 0.3, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(600));

    public override IScaler Create() => new SpecificationScaler(this);
}

public sealed record SpecificationMemory(DateTimeOffset? LastUp, DateTimeOffset? LastDown) : ScalerMemory
{
    public static SpecificationMemory Empty { get; } = new(null, null);
}
