using GenAI.Scheduling.Dispatch.Learning;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>What each instance has loaded lately: looked up once in a decision, and only of instances that are asked for.</summary>
internal sealed class HostCaches
{
    private CheckpointLane?[] _lanes = [];
    private bool[] _known = [];

    public void Begin(int instances)
    {
        if (_known.Length < instances) (_known, _lanes) = (new bool[instances], new CheckpointLane?[instances * LoadTimes.Remembered]);
        Array.Clear(_known);
    }

    public bool Holds(int x, InstanceView instance, CheckpointLane lane, DispatchQueue queue)
    {
        var lanes = _lanes.AsSpan(x * LoadTimes.Remembered, LoadTimes.Remembered);
        if (!_known[x]) LookUp(lanes, instance, queue);
        _known[x] = true;
        foreach (var loaded in lanes)
        {
            if (ReferenceEquals(loaded, lane)) return true;
        }

        return false;
    }

    private static void LookUp(Span<CheckpointLane?> lanes, InstanceView instance, DispatchQueue queue)
    {
        lanes.Clear();
        if (queue.Loads.RecentOf(instance.Id) is not { } recent) return;
        for (var i = 0; i < recent.Count; i++) lanes[i] = queue.FindLane(recent[i]);
    }
}
