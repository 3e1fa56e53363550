using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch;

/// <summary>How <see cref="DispatchPolicy"/> weighs one thing against another. Validated by <see cref="DispatchOptionsValidator"/>.</summary>
public sealed record DispatchOptions
{
    public static readonly TimeSpan DefaultPassingOverLimit = TimeSpan.FromMinutes(30);
    public const double DefaultImpatienceSeconds = 40;
    public const double DefaultImpatienceGrowth = 0.3;
    public const double DefaultLoadPrice = 2.2;
    public const double DefaultLoadPriceCap = 12;
    public const double DefaultEvictionPrice = 0.5;

    /// <summary>
    /// The hard bound on being passed over. A job's turn has come when as many jobs have been started since it came as
    /// waited before it; from this long after its turn no younger job is started where it could run.
    /// </summary>
    public TimeSpan PassingOverLimit { get; init; } = DefaultPassingOverLimit;

    /// <summary>The head start that one level of priority gives.</summary>
    public TimeSpan PriorityHeadStart { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A job whose deadline is this far away is as urgent as one that has just come; at the deadline, as one that waited so long.</summary>
    public TimeSpan DeadlineHorizon { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What a job counts for that has not waited yet, in seconds of waiting.</summary>
    public double ImpatienceSeconds { get; init; } = DefaultImpatienceSeconds;

    /// <summary>How much faster than linearly a job's urgency grows: 0 serves the mean, more of it the tail.</summary>
    public double ImpatienceGrowth { get; init; } = DefaultImpatienceGrowth;

    /// <summary>
    /// How much work may wait for each instance before waits are judged in proportion to it: with five times as much, a job that has waited
    /// for five minutes is as urgent, beside the others, as one that otherwise has waited for one. While all wait for long, what serves most
    /// of them soonest is to load seldom.
    /// </summary>
    public TimeSpan OrdinaryBacklog { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>By how much a second of loading is dearer for each job that waits per instance: it delays them all.</summary>
    public double LoadPrice { get; init; } = DefaultLoadPrice;

    /// <summary>The most a second of loading is counted for.</summary>
    public double LoadPriceCap { get; init; } = DefaultLoadPriceCap;

    /// <summary>By how much the reload after an eviction is dearer for each job that waits per instance.</summary>
    public double EvictionPrice { get; init; } = DefaultEvictionPrice;

    /// <summary>A checkpoint counts as wanted when its next job is expected within this time.</summary>
    public TimeSpan EvictionHorizon { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Mean age of the arrivals from which a checkpoint's demand is told.</summary>
    public TimeSpan DemandMemory { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Mean age of the work from which a tenant's share is told.</summary>
    public TimeSpan ShareMemory { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How much work may wait of a tenant that had more than the others, as a share of the fleet's time over
    /// <see cref="ShareMemory"/>, before its jobs stand back: 0.4 of 15 minutes are 6 minutes of work for each instance.
    /// </summary>
    public double ShareSlack { get; init; } = 0.4;

    /// <summary>Mean age of the jobs from which it is told what a tenant asks for: long enough that one burst is no flood.</summary>
    public TimeSpan FloodMemory { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A tenant that asks for less than this share of the fleet does not flood it, however little the others ask for.</summary>
    public double FloodShare { get; init; } = 0.1;

    /// <summary>A tenant floods when it asks for this many times as much, for its weight, as the tenants that most of the others' work is of.</summary>
    public double FloodFactor { get; init; } = 4;

    /// <summary>
    /// What stays free of the instances for the others' next jobs, while tenants that stand back take the rest: so many times the square
    /// root of the instances that the others keep busy. 0 leaves nothing idle; the others then wait for a job's end more often.
    /// </summary>
    public double ShareHeadroom { get; init; } = 1;

    /// <summary>How much dearer an eviction is for a tenant that is over its share: it should not cost the others their warm checkpoints.</summary>
    public double OverShareEvictionFactor { get; init; } = 2;

    /// <summary>Load checkpoints that are likely to be wanted onto instances that nothing waits for.</summary>
    public bool Prefetch { get; init; }

    /// <summary>Seconds of loading that a prefetch must be expected to save.</summary>
    public double PrefetchMarginSeconds { get; init; } = 5;

    /// <summary>Assumed until something was observed.</summary>
    public TimeSpan AssumedLoadTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Assumed until something was observed.</summary>
    public TimeSpan AssumedLoraLoadTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Assumed until something was observed.</summary>
    public TimeSpan AssumedServiceTime { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Service-time estimates per job are used while their median absolute error is at most this share.</summary>
    public double UsableEstimateError { get; init; } = 0.20;

    /// <summary>Names of the filters that an instance must pass for a job; see <see cref="Filters.InstanceFilters"/>.</summary>
    public ImmutableArray<string> Filters { get; init; } = Dispatch.Filters.InstanceFilters.Default;

    /// <summary>The weight of each scorer by name; a scorer that is not named does not count. See <see cref="Scoring.PairingScorers"/>.</summary>
    public ImmutableDictionary<string, double> Weights { get; init; } = Scoring.PairingScorers.DefaultWeights;
}
