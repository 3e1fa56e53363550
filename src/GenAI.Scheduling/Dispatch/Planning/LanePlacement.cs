using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>Places jobs lane by lane: of all lanes the highest-ranking one's next job, where it costs least, then all is looked at anew.</summary>
internal sealed class LanePlacement(DispatchOptions options, Draft draft)
{
    /// <summary>How many jobs are placed on busy instances before only the free ones are looked at.</summary>
    private const int WaitsConsidered = 24;

    /// <summary>How many checkpoints compete, besides two for each free instance and those that free instances hold.</summary>
    private const int LanesConsidered = 96;

    /// <summary>After so many starts the competing checkpoints are chosen anew, so that a whole fleet that is free does not compare all with all.</summary>
    private const int StartsInARound = 64;

    private readonly LaneRanking _ranking = new(options, draft);
    private readonly Targets _targets = new();
    private readonly List<CheckpointLane> _lanes = [];
    private bool _onlyIdle;

    private FleetOutlook Fleet => draft.Fleet;

    /// <param name="standingBack">Whether the jobs are those of tenants that stand back.</param>
    /// <param name="mostStarts">How many jobs may be started.</param>
    public void Place(bool standingBack, int mostStarts)
    {
        var leaveIdle = Math.Max(0, Fleet.Idle - Math.Max(0, mostStarts));
        while (Fleet.Idle > leaveIdle)
        {
            var before = Fleet.Idle;
            Gather(standingBack);
            _ranking.KeepMostUrgent(_lanes, LanesConsidered + 2 * Math.Min(Fleet.Idle, StartsInARound));
            Round(Math.Max(leaveIdle, Fleet.Idle - StartsInARound));
            if (Fleet.Idle == before) return;
        }
    }

    private void Round(int leaveIdle)
    {
        if (_lanes.Count == 0) return;
        foreach (var lane in _lanes) lane.Outlook.Next = _ranking.MostUrgent(lane.Outlook.First!);
        LookAt(onlyIdle: false);

        // Enough to see who will take the busy instances that are soon free; beyond that the free ones are what matters.
        var waits = WaitsConsidered + 2 * Fleet.Idle;
        while (Fleet.Idle > leaveIdle && Highest() is { } lane)
        {
            var x = lane.Outlook.BestInstance;
            PlaceNext(lane);
            if (!_onlyIdle && --waits == 0)
            {
                LookAt(onlyIdle: true);
                continue;
            }

            if (_targets.Contains(x)) FindTargets();
            foreach (var each in _lanes)
            {
                if (each.Outlook.BestInstance == x) each.Outlook.IsStale = true;
            }

            Evaluate(lane);
        }
    }

    private void LookAt(bool onlyIdle)
    {
        _onlyIdle = onlyIdle;
        FindTargets();
        foreach (var lane in _lanes) Evaluate(lane);
    }

    private void Gather(bool standingBack)
    {
        _lanes.Clear();
        foreach (var lane in draft.Queue.Lanes)
        {
            var entry = Unplaced((standingBack ? lane.StandingBack : lane.Waiting).First);
            if (entry is null) continue;
            Fleet.Refresh(lane);
            lane.Outlook.First = lane.Outlook.Next = entry;
            _lanes.Add(lane);
        }
    }

    private void PlaceNext(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        var entry = outlook.Next!;
        var choice = new Choice
        {
            Best = outlook.BestInstance, BestCosts = outlook.BestCosts, RunnerUp = outlook.RunnerUp, RunnerUpCosts = outlook.RunnerUpCosts,
        };
        draft.Place(entry, choice);
        outlook.First = Unplaced(outlook.First);
        outlook.Next = outlook.First is { } first ? _ranking.MostUrgent(first) : null;
    }

    private QueueEntry? Unplaced(QueueEntry? entry)
    {
        while (entry is not null && draft.IsPlaced(entry)) entry = entry.After;
        return entry;
    }

    private void FindTargets()
    {
        _targets.Clear();
        for (var x = 0; x < Fleet.Instances.Count; x++)
        {
            if (!Fleet.IsUsable(x) || (_onlyIdle && !Fleet.IsIdle(x))) continue;
            _targets.Offer(x, Fleet.Wait(x) + draft.Pairings.Loss(draft.Queue, Fleet, Fleet.Dropped(x)) + draft.Queue.Services.Mean / Fleet.Instances[x].Speed);
        }
    }

    /// <summary>
    /// The lane that ranks highest. What is placed elsewhere takes instances away from a lane and so hardly ever raises its rank:
    /// one whose choice was taken is looked at anew only when its old rank would win.
    /// </summary>
    private CheckpointLane? Highest()
    {
        while (true)
        {
            CheckpointLane? highest = null;
            foreach (var lane in _lanes)
            {
                if (lane.Outlook.BestInstance >= 0 && (highest is null || lane.Outlook.Rank > highest.Outlook.Rank)) highest = lane;
            }

            if (highest is not { Outlook.IsStale: true }) return highest;
            Evaluate(highest);
        }
    }

    /// <summary>Finds where the lane's next job would go and how urgent that is; a job that can go nowhere lets the others pass.</summary>
    private void Evaluate(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        outlook.IsStale = false;
        outlook.BestInstance = -1;
        if (outlook.Next is null || CanGo(outlook)) return;
        for (; outlook.First is { } entry; outlook.First = Unplaced(entry.After))
        {
            outlook.Next = entry;
            if (CanGo(outlook)) return;
        }

        outlook.Next = null;
    }

    private bool CanGo(LaneOutlook outlook)
    {
        var choice = Choose(outlook.Next!);
        if (choice.Best < 0) return false;
        outlook.BestInstance = choice.Best;
        outlook.BestCosts = choice.BestCosts;
        outlook.RunnerUp = choice.RunnerUp;
        outlook.RunnerUpCosts = choice.RunnerUpCosts;
        outlook.Rank = _ranking.Rank(outlook, choice.BestCosts.Total);
        return true;
    }

    private Choice Choose(QueueEntry entry)
    {
        var choice = new Choice();
        for (var slot = entry.Lane.Outlook.FirstSlot; slot >= 0; slot = Fleet.NextSlot(slot)) Consider(entry, Fleet.InstanceOf(slot), ref choice);
        for (var place = 0; place < _targets.Count; place++)
        {
            if (!Fleet.Holds(_targets[place], entry.Lane)) Consider(entry, _targets[place], ref choice);
        }

        if (choice.Best >= 0 || _targets.Count == 0) return choice;
        for (var x = 0; x < Fleet.Instances.Count; x++) Consider(entry, x, ref choice);
        return choice;
    }

    private void Consider(QueueEntry entry, int x, ref Choice choice)
    {
        if ((!_onlyIdle || Fleet.IsIdle(x)) && draft.Allows(entry, x)) choice.Offer(x, draft.Costs(entry, x));
    }
}
