using System.Collections.Immutable;

namespace GenAI.Contracts.Instances;

/// <summary>
/// All instances at one moment. Immutable; a change makes a snapshot with the next version.
/// This is the one thing in which the data plane and the control plane meet.
/// </summary>
/// <param name="Version">
/// Grows by one with each change. A control plane begins with the Unix time in milliseconds at which it started, so that versions
/// also grow when it is restarted; only <see cref="Empty"/> has 0.
/// </param>
/// <param name="Instances">Ordered by id.</param>
public sealed record InstanceSnapshot(long Version, ImmutableArray<Instance> Instances)
{
    public static InstanceSnapshot Empty { get; } = new(0, []);

    /// <summary>How requests are shared among release tracks, for the models of which that was said; each model at most once.</summary>
    public ImmutableArray<ModelTraffic> Traffic { get; init; } = [];
}
