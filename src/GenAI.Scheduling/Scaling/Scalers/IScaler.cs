namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>One opinion on the number of instances. A policy takes the highest of its scalers' and limits it.</summary>
public interface IScaler
{
    string Kind { get; }

    /// <param name="observation">Null when there is none, or only a stale one.</param>
    /// <param name="memory">What this scaler returned last time, or anything else on the first call.</param>
    ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context);
}

/// <param name="Current">Instances ready and starting.</param>
/// <param name="TargetFactor">What the policy has learned: more than 1 asks for more room than configured, less than 1 for less.</param>
public readonly record struct ScalingContext(DateTimeOffset Now, int Current, int MinInstances, int MaxInstances, double TargetFactor);

/// <summary>A scaler's answer.</summary>
/// <param name="Desired">Null: no opinion, keep what there is.</param>
/// <param name="Reason">Why; built only when somebody reads it.</param>
public readonly record struct ScalerAdvice(int? Desired, ScalerMemory Memory, string Reason)
{
    public static ScalerAdvice Hold(ScalerMemory memory, string reason) => new(null, memory, reason);
}
