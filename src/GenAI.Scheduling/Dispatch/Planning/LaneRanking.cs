using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>Which lane of jobs is to be served first.</summary>
internal sealed class LaneRanking(DispatchOptions options, Draft draft)
{
    /// <summary>How many jobs of a lane its rank looks at; the others hardly change it.</summary>
    private const int Lookahead = 8;

    private readonly PriorityQueue<CheckpointLane, double> _most = new();

    /// <summary>
    /// Urgency removed per second of instance time, at its best over the lane's first jobs: the generalised cμ rule (Van
    /// Mieghem, "Dynamic scheduling with convex delay costs", 1995) with the load as a set-up that the jobs share.
    /// </summary>
    public double Rank(QueueEntry first, double cost)
    {
        var best = double.NegativeInfinity;
        var urgency = 0.0;
        var seconds = cost;
        var entry = first;
        for (var i = 0; i < Lookahead && entry is not null; entry = entry.After)
        {
            if (draft.IsPlaced(entry)) continue;
            i++;
            var waited = entry.Waited(draft.Now);
            urgency += options.ImpatienceSeconds + waited + options.ImpatienceGrowth * waited * waited / 100;
            seconds += draft.Queue.ServiceOf(entry);
            best = Math.Max(best, urgency / Math.Max(seconds, 0.001));
        }

        return best;
    }

    /// <summary>Where very many checkpoints wait, keeps those that would rank highest if they cost nothing, and those that are warm.</summary>
    public void KeepMostUrgent(List<CheckpointLane> lanes, int most)
    {
        if (lanes.Count <= most) return;
        foreach (var lane in lanes)
        {
            var rank = IsWarmSomewhere(lane) ? double.PositiveInfinity : Rank(lane.Outlook.Next!, cost: 0);
            if (_most.Count < most) _most.Enqueue(lane, rank);
            else _most.EnqueueDequeue(lane, rank);
        }

        lanes.Clear();
        while (_most.TryDequeue(out var lane, out _)) lanes.Add(lane);
        lanes.Reverse();
    }

    private bool IsWarmSomewhere(CheckpointLane lane)
    {
        var fleet = draft.Fleet;
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; slot = fleet.NextSlot(slot))
        {
            if (fleet.IsIdle(fleet.InstanceOf(slot))) return true;
        }

        return false;
    }
}
