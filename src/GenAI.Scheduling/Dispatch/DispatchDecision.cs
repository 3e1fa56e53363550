using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch;

/// <summary>Why a job was given to an instance.</summary>
public enum AssignmentReason
{
    /// <summary>The instance is free and holds the checkpoint.</summary>
    Warm,

    /// <summary>Loading the checkpoint there costs less than waiting for an instance that holds it, or none does.</summary>
    LoadIsCheapest,

    /// <summary>The job had been passed over for as long as is allowed: it takes the cheapest instance that is free.</summary>
    PassedOverLongEnough,
}

/// <summary>A job to be started now.</summary>
/// <param name="RunnerUp">The next best instance and what it would have cost; null when there was no other.</param>
public sealed record Assignment(
    DispatchJob Job, InstanceView Instance, AssignmentReason Reason, PairingCosts Costs, Alternative? RunnerUp)
{
    public override string ToString() => Reason switch
    {
        AssignmentReason.Warm => $"{Job.Id} → {Instance.Label}: free, and holds {Job.Checkpoint}",
        AssignmentReason.LoadIsCheapest => $"{Job.Id} → {Instance.Label}: loading {Job.Checkpoint} there costs least, {Costs}",
        _ => $"{Job.Id} → {Instance.Label}: passed over long enough, {Costs}",
    } + (RunnerUp is { } other ? $"; next best {other.Instance.Label}, {other.Costs}" : "");
}

/// <summary>An instance that was considered and what it would have cost.</summary>
public readonly record struct Alternative(InstanceView Instance, PairingCosts Costs);

/// <summary>A job that waits although an instance is free, because a busy one is expected to cost less.</summary>
public readonly record struct HeldJob(DispatchJob Job, InstanceView Awaited, PairingCosts Costs, Alternative? RunnerUp)
{
    public override string ToString() =>
        $"{Job.Id} waits for {Awaited.Label}, {Costs}" + (RunnerUp is { } other ? $"; next best {other.Instance.Label}, {other.Costs}" : "");
}

/// <summary>A checkpoint to be loaded onto a free instance that nothing waits for.</summary>
/// <param name="SavesSeconds">Seconds of loading that it is expected to save, less those that the eviction may cost.</param>
public sealed record Prefetch(string Checkpoint, InstanceView Instance, double SavesSeconds);

/// <summary>What <see cref="DispatchPolicy.Next"/> decided.</summary>
/// <param name="Held">Jobs for which a free instance was left free.</param>
/// <param name="ReviewAt">When to ask again although nothing happened: at once where more could be started; null when only an event can change the decision.</param>
public sealed record DispatchDecision(
    ImmutableArray<Assignment> Assignments, ImmutableArray<HeldJob> Held, ImmutableArray<Prefetch> Prefetches, DateTimeOffset? ReviewAt)
{
    public static DispatchDecision Nothing { get; } = new([], [], [], null);
}

/// <summary>What an instance would cost a job, or which filter refuses it.</summary>
/// <param name="RefusedBy">The filter's name, or <c>state</c> when the instance is unavailable; null when it may run the job.</param>
public sealed record InstanceVerdict(InstanceView Instance, string? RefusedBy, PairingCosts Costs);
