using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>Places jobs lane by lane: of all lanes the highest-ranking one's next job, where it costs least, then all is looked at anew.</summary>
internal sealed class LanePlacement
{
    /// <summary>How many jobs are placed on busy instances before only the free ones are looked at.</summary>
    private const int WaitsConsidered = 24;

    /// <summary>How many checkpoints compete, besides two for each free instance and those that free instances hold.</summary>
    private const int LanesConsidered = 96;

    /// <summary>After so many starts the competing checkpoints are chosen anew, so that a whole fleet that is free does not compare all with all.</summary>
    private const int StartsInARound = 64;

    /// <summary>The rank of a lane whose jobs can go nowhere.</summary>
    private const double Nowhere = double.NegativeInfinity;

    private readonly Draft _draft;
    private readonly LaneRanking _ranking;
    private readonly CompetingLanes _competing;
    private readonly InstanceSearch _search;

    /// <summary>Of the lanes that compete, and the step in which each was told.</summary>
    private double[] _ranks = [];
    private int[] _ranked = [];

    /// <summary>The step in which a job was last placed on an instance; 0 when in none.</summary>
    private int[] _placed = [];
    private int _step;

    public LanePlacement(DispatchOptions options, Draft draft)
    {
        _draft = draft;
        _ranking = new LaneRanking(options, draft);
        _competing = new CompetingLanes(draft, _ranking);
        _search = new InstanceSearch(draft);
    }

    private ReadOnlySpan<CheckpointLane> Lanes => _competing.Lanes;

    private FleetOutlook Fleet => _draft.Fleet;

    /// <param name="standingBack">Whether the jobs are those of tenants that stand back.</param>
    /// <param name="mostStarts">How many jobs may be started, if the decision has so many left.</param>
    public void Place(bool standingBack, int mostStarts)
    {
        var leaveIdle = Math.Max(0, Fleet.Idle - Math.Clamp(mostStarts, 0, _draft.StartsLeft));
        if (Fleet.Idle <= leaveIdle) return;
        _competing.Gather(standingBack);
        for (var before = int.MaxValue; Fleet.Idle > leaveIdle && Fleet.Idle < before;)
        {
            before = Fleet.Idle;
            _competing.Choose(LanesConsidered + 2 * Math.Min(Fleet.Idle, StartsInARound));
            Round(Math.Max(leaveIdle, Fleet.Idle - StartsInARound));
        }
    }

    private void Round(int leaveIdle)
    {
        Begin();
        LookAt(onlyIdle: false);

        // Enough to see who will take the busy instances that are soon free; beyond that the free ones are what matters.
        var waits = WaitsConsidered + 2 * Fleet.Idle;
        while (Highest() is var i and >= 0)
        {
            var x = Lanes[i].Outlook.Choice.Best;
            PlaceNext(Lanes[i].Outlook);
            if (Fleet.Idle <= leaveIdle) return;
            if (!_search.OnlyIdle && --waits == 0)
            {
                LookAt(onlyIdle: true);
                continue;
            }

            _search.HasPlaced(x);
            _placed[x] = ++_step;
            Evaluate(i);
        }
    }

    private void Begin()
    {
        if (_ranks.Length < Lanes.Length) (_ranks, _ranked) = (new double[Lanes.Length], new int[Lanes.Length]);
        if (_placed.Length < Fleet.Instances.Length) _placed = new int[Fleet.Instances.Length];
        Array.Clear(_placed);
        _step = 0;
        foreach (var lane in Lanes) FindNext(lane.Outlook);
    }

    private void LookAt(bool onlyIdle)
    {
        _search.Begin(onlyIdle);
        for (var i = 0; i < Lanes.Length; i++) Evaluate(i);
    }

    private void PlaceNext(LaneOutlook outlook)
    {
        _draft.Place(outlook.Next!, outlook.Choice);
        outlook.First = _draft.FirstUnplaced(outlook.First);
        outlook.MostUrgent = null;
        FindNext(outlook);
    }

    private void FindNext(LaneOutlook outlook)
    {
        if (outlook.MostUrgent is null || !ReferenceEquals(outlook.MostUrgentFrom, outlook.First))
        {
            outlook.MostUrgent = outlook.First is { } first ? _ranking.MostUrgent(first) : null;
            outlook.MostUrgentFrom = outlook.First;
        }

        outlook.Next = outlook.MostUrgent;
    }

    /// <summary>
    /// The lane that ranks highest; -1 when none can be placed. What is placed elsewhere takes instances away from a lane and so hardly ever
    /// raises its rank: one whose choice was taken since is looked at anew only when its old rank would win.
    /// </summary>
    private int Highest()
    {
        while (true)
        {
            var highest = -1;
            var rank = Nowhere;
            var ranks = _ranks.AsSpan(0, Lanes.Length);
            for (var i = 0; i < ranks.Length; i++)
            {
                if (ranks[i] > rank) (highest, rank) = (i, ranks[i]);
            }

            if (highest < 0 || _placed[Lanes[highest].Outlook.Choice.Best] <= _ranked[highest]) return highest;
            Evaluate(highest);
        }
    }

    /// <summary>Finds where the lane's next job would go and how urgent that is; a job that can go nowhere lets the others pass.</summary>
    private void Evaluate(int i)
    {
        var outlook = Lanes[i].Outlook;
        _ranked[i] = _step;
        _ranks[i] = Nowhere;
        if (outlook.Next is null || CanGo(outlook.Next, i)) return;
        for (; outlook.First is { } entry; outlook.First = _draft.FirstUnplaced(entry.After))
        {
            outlook.Next = entry;
            if (CanGo(entry, i)) return;
        }

        outlook.Next = null;
    }

    private bool CanGo(QueueEntry entry, int i)
    {
        var outlook = entry.Lane.Outlook;
        _search.Find(entry, out outlook.Choice);
        if (outlook.Choice.Best < 0) return false;
        _ranks[i] = _ranking.Rank(outlook, outlook.Choice.BestCosts.Total);
        return true;
    }
}
