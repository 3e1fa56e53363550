using System.Collections.Immutable;
using System.Text.Json.Serialization;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Scaling;

/// <summary>
/// All that one policy remembers between two decisions. Immutable, and plain JSON when persisted: after a restart the next
/// decision is the one that would have been taken anyway.
/// </summary>
/// <param name="Memories">One per scaler of the policy, in its order.</param>
/// <param name="Changes">Replica changes that the longest rate limit still counts, oldest first.</param>
/// <param name="Recommendations">Recommendations inside the longest stabilisation window, oldest first.</param>
public sealed record ScalingState(
    ImmutableArray<ScalerMemory> Memories,
    ImmutableArray<ScaleChange> Changes,
    ImmutableArray<Recommendation> Recommendations,
    int? LastDesired = null,
    LearnedTarget? Learned = null,
    Spending? Spending = null)
{
    public static ScalingState Empty { get; } = new([], [], []);
}

/// <summary>What a scaler remembers; null for one that remembers nothing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "scaler")]
[JsonDerivedType(typeof(NoMemory), "none")]
[JsonDerivedType(typeof(HpaMemory), "hpa")]
[JsonDerivedType(typeof(KpaMemory), "kpa")]
[JsonDerivedType(typeof(KedaMemory), "keda")]
[JsonDerivedType(typeof(SpecificationMemory), "specification")]
[JsonDerivedType(typeof(PredictiveMemory), "predictive")]
public abstract record ScalerMemory;

public sealed record NoMemory : ScalerMemory
{
    public static NoMemory Instance { get; } = new();
}

/// <summary>A recommendation and when it was made.</summary>
public readonly record struct Recommendation(DateTimeOffset At, int Replicas);

/// <summary>A change of the number of replicas: positive up, negative down.</summary>
public readonly record struct ScaleChange(DateTimeOffset At, int By);
