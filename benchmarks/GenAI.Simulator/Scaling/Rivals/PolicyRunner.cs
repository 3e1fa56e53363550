using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Simulator.Scaling.Rivals;

/// <summary>A policy of GenAI.Scheduling, run as the orchestrator runs it.</summary>
internal sealed class PolicyRunner(string name, double interval, bool stopsStartingFirst, ScalingPolicyDefinition definition) : IReplicaPolicy
{
    private readonly ScalingPolicy _policy = new(definition);
    private ScalingState _state = ScalingState.Empty;
    private int _spot;

    public string Name => name;

    public double Interval => interval;

    public bool StopsStartingFirst => stopsStartingFirst;

    public int Decide(ScalingObservation observation, DateTimeOffset now)
    {
        var decision = _policy.Decide(observation with { Spot = Math.Min(_spot, observation.Current) }, _state, now);
        (_state, _spot) = (decision.State, decision.Spot);
        return decision.Desired;
    }

    /// <summary>A standard scaler by itself: its own windows and rates, at least one instance.</summary>
    public static PolicyRunner Standard(string name, double interval, bool stopsStartingFirst, ScalerSettings scaler, int most) =>
        new(name, interval, stopsStartingFirst, ScalingPolicyDefinition.For(name, ServiceTier.Premium) with
        {
            MinInstances = 1, MaxInstances = most, Scalers = [scaler], Behaviour = Behaviour.Unlimited,
        });
}
