using System.Collections.Immutable;
using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Instances;

/// <summary>
/// The current snapshot, swapped whole, and the wait for the next one. A reader that is slow to come back finds
/// only the newest: what it missed in between is never queued for it.
/// </summary>
/// <remarks>
/// Versions begin at the Unix time in milliseconds at which the process started. So long as there is less than one change
/// per millisecond they therefore also grow over restarts, and a version is never given to two different contents.
/// </remarks>
internal sealed class SnapshotFeed(TimeProvider time)
{
    private volatile Entry _entry = new(new InstanceSnapshot(time.GetUtcNow().ToUnixTimeMilliseconds(), []));

    public InstanceSnapshot Current => _entry.Snapshot;

    /// <summary>Makes the next snapshot current and wakes everyone who waits. One caller at a time.</summary>
    public void Publish(ImmutableArray<Instance> instances, ImmutableArray<ModelTraffic> traffic)
    {
        var superseded = _entry;
        _entry = new Entry(new InstanceSnapshot(superseded.Snapshot.Version + 1, instances) { Traffic = traffic });
        superseded.Gone.SetResult();
    }

    /// <summary>The current snapshot as soon as its version is another than <paramref name="seen"/>.</summary>
    public async Task<InstanceSnapshot> OtherThanAsync(long? seen, CancellationToken cancellationToken)
    {
        var entry = _entry;
        if (entry.Snapshot.Version == seen) await entry.Gone.Task.WaitAsync(cancellationToken);
        return _entry.Snapshot;
    }

    private sealed class Entry(InstanceSnapshot snapshot)
    {
        public InstanceSnapshot Snapshot { get; } = snapshot;

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
