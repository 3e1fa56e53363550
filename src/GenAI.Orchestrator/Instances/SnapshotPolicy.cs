using System.Collections.Immutable;
using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Instances;

/// <summary>How much two lists of instances differ, to those who route by them.</summary>
internal enum SnapshotDifference
{
    /// <summary>Nothing, or only when an instance was last seen.</summary>
    None,

    /// <summary>Load, queue length or the wording of a reason: worth knowing, not worth waking everyone for at once.</summary>
    Load,

    /// <summary>An instance came, went, or changed its state, address, version, track or loaded checkpoints.</summary>
    Material,
}

/// <summary>Decides whether a change is worth a new snapshot.</summary>
internal static class SnapshotPolicy
{
    /// <param name="published">As last published, ordered by id.</param>
    /// <param name="latest">As known now, ordered by id.</param>
    public static SnapshotDifference Compare(ImmutableArray<Instance> published, ImmutableArray<Instance> latest)
    {
        if (published.Length != latest.Length) return SnapshotDifference.Material;

        var greatest = SnapshotDifference.None;
        for (var i = 0; i < latest.Length && greatest < SnapshotDifference.Material; i++)
        {
            var difference = Compare(published[i], latest[i]);
            if (difference > greatest) greatest = difference;
        }

        return greatest;
    }

    private static SnapshotDifference Compare(Instance published, Instance latest)
    {
        if (Identity(published) != Identity(latest) || !published.Loaded.SequenceEqual(latest.Loaded)) return SnapshotDifference.Material;
        return Load(published) == Load(latest) ? SnapshotDifference.None : SnapshotDifference.Load;
    }

    // What is left when everything that may change without being material is blanked out. An immutable array compares by
    // reference, so the list of checkpoints is compared apart.
    private static Instance Identity(Instance instance) =>
        instance with { LoadScore = 0, QueueLength = 0, Reason = null, LastSeen = null, Loaded = [] };

    private static (double, int, string?) Load(Instance instance) => (instance.LoadScore, instance.QueueLength, instance.Reason);
}
