using GenAI.Contracts.Instances;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Dispatch;

/// <summary>Whether other instances are there than before, or they can do other things. Of the loop alone, but for <see cref="NoteAbilities"/>.</summary>
internal sealed class FleetChanges(Fleet fleet)
{
    private InstanceSnapshot? _snapshot;
    private HashSet<string> _instances = [];
    private int _abilitiesChanged;

    /// <summary>From any thread: what instances can do has changed.</summary>
    public void NoteAbilities() => Volatile.Write(ref _abilitiesChanged, 1);

    /// <returns>Whether anything has changed since the last call.</returns>
    public bool Take() => HaveInstancesChanged() | Interlocked.Exchange(ref _abilitiesChanged, 0) == 1;

    /// <summary>Snapshots come with every probe; which instances there are changes rarely.</summary>
    private bool HaveInstancesChanged()
    {
        var snapshot = fleet.Current.Snapshot;
        if (ReferenceEquals(snapshot, _snapshot)) return false;
        _snapshot = snapshot;
        if (_instances.SetEquals(snapshot.Instances.Select(instance => instance.Id))) return false;
        _instances = snapshot.Instances.Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal);
        return true;
    }
}
