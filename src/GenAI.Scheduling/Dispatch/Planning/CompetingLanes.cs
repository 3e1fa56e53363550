using System.Runtime.InteropServices;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// The lanes that have jobs to be placed, and those of them that compete in a round: where very many checkpoints wait, those
/// that would rank highest if they cost nothing, and those that are warm on a free instance.
/// </summary>
internal sealed class CompetingLanes(Draft draft, LaneRanking ranking)
{
    private readonly List<Contender> _all = [];
    private readonly List<int> _held = [];
    private readonly List<int> _chosen = [];
    private readonly List<CheckpointLane> _lanes = [];
    private readonly PriorityQueue<int, double> _most = new();
    private bool _standingBack;
    private int _left;

    /// <summary>Those that compete.</summary>
    public ReadOnlySpan<CheckpointLane> Lanes => CollectionsMarshal.AsSpan(_lanes);

    public void Gather(bool standingBack)
    {
        _standingBack = standingBack;
        _all.Clear();
        _held.Clear();
        _chosen.Clear();
        foreach (var lane in draft.Queue.Lanes)
        {
            if (!FindFirst(lane)) continue;
            draft.Fleet.Refresh(lane);
            lane.Outlook.MostUrgent = null;
            if (lane.Outlook.FirstSlot >= 0) _held.Add(_all.Count);
            _all.Add(new Contender { Lane = lane, Alone = double.NaN });
        }

        _left = _all.Count;
    }

    /// <summary>Chooses who competes in the next round. Only those of the last have changed since.</summary>
    public void Choose(int most)
    {
        var all = CollectionsMarshal.AsSpan(_all);
        foreach (var i in _chosen)
        {
            all[i].Alone = double.NaN;
            all[i].IsDone = !FindFirst(all[i].Lane);
            if (all[i].IsDone) _left--;
        }

        _chosen.Clear();
        if (_left > most) ChooseMost(all, most);
        else ChooseAll(all);
        _lanes.Clear();
        foreach (var i in _chosen) _lanes.Add(all[i].Lane);
    }

    private void ChooseAll(ReadOnlySpan<Contender> all)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (!all[i].IsDone) _chosen.Add(i);
        }
    }

    private void ChooseMost(Span<Contender> all, int most)
    {
        foreach (var i in _held) all[i].IsWarm = IsWarmSomewhere(all[i].Lane);
        var least = double.PositiveInfinity;
        for (var i = 0; i < all.Length; i++)
        {
            ref var each = ref all[i];
            if (each.IsDone) continue;
            if (!each.IsWarm && double.IsNaN(each.Alone)) each.Alone = ranking.Rank(each.Lane.Outlook, cost: 0);
            var rank = each.IsWarm ? double.PositiveInfinity : each.Alone;
            if (_most.Count < most) _most.Enqueue(i, rank);
            else if (rank > least) _most.EnqueueDequeue(i, rank);
            else continue;
            _most.TryPeek(out _, out least);
        }

        while (_most.TryDequeue(out var i, out _)) _chosen.Add(i);
        _chosen.Reverse();
    }

    private bool FindFirst(CheckpointLane lane)
    {
        var entry = draft.FirstUnplaced((_standingBack ? lane.StandingBack : lane.Waiting).First);
        lane.Outlook.First = lane.Outlook.Next = entry;
        return entry is not null;
    }

    private bool IsWarmSomewhere(CheckpointLane lane)
    {
        var fleet = draft.Fleet;
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; slot = fleet.Slots.Next(slot))
        {
            if (fleet.IsIdle(fleet.Slots.InstanceOf(slot))) return true;
        }

        return false;
    }

    private struct Contender
    {
        public CheckpointLane Lane;

        /// <summary>Its rank if it cost nothing; not a number until it is asked for.</summary>
        public double Alone;

        public bool IsWarm;

        /// <summary>None of its jobs is left to be placed.</summary>
        public bool IsDone;
    }
}
