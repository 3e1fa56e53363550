using System.Collections.Immutable;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Scaling;

/// <summary>One model's scaling policy, as configured. <see cref="Policies.ScalingPolicyDocument"/> reads it from YAML or JSON.</summary>
/// <param name="Scalers">The highest recommendation counts.</param>
/// <param name="Behaviour">How fast the result may change, whatever the scalers say.</param>
/// <param name="StaleAfter">An observation older than this counts as none.</param>
/// <param name="EmergencyLimit">Never more than this, whoever asks: not schedules, not minima.</param>
public sealed record ScalingPolicyDefinition(
    string Model,
    int MinInstances,
    int MaxInstances,
    ImmutableArray<ScalerSettings> Scalers,
    Behaviour Behaviour,
    TimeSpan StaleAfter,
    ImmutableArray<ScheduleWindow> Schedules,
    ServiceTier Tier,
    Budget? Budget = null,
    SpotRule? Spot = null,
    LearningSettings? Learning = null,
    int? EmergencyLimit = null)
{
    public static ScalingPolicyDefinition For(string model, ServiceTier tier) => new(
        model, 0, 16, [PredictiveSettings.For(tier)], Behaviour.Balanced, TimeSpan.FromSeconds(90), [], tier);
}
