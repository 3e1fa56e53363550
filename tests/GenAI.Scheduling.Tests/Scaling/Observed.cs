using GenAI.Scheduling.Scaling;

namespace GenAI.Scheduling.Tests.Scaling;

/// <summary>Observations and times for tests.</summary>
internal static class Observed
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static ScalingObservation At(
        DateTimeOffset at, int ready, int running = 0, int waiting = 0, int starting = 0, long arrivals = 0, double? utilization = null, int spot = 0) => new()
        {
            MeasuredAt = at, Ready = ready, Starting = starting, Running = running, Waiting = waiting, Spot = spot,
            Arrivals = arrivals, Completions = 0, ServiceSeconds = 0, GpuUtilization = utilization,
        };

    /// <summary>A policy of one scaler without limits of its own.</summary>
    public static ScalingPolicyDefinition Policy(GenAI.Scheduling.Scaling.Scalers.ScalerSettings scaler, int min = 0, int max = 100) =>
        ScalingPolicyDefinition.For("flux-1-dev", ServiceTier.Premium) with
        {
            MinInstances = min, MaxInstances = max, Scalers = [scaler], Behaviour = Behaviour.Unlimited,
        };
}
