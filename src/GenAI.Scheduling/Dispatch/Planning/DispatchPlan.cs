using System.Collections.Immutable;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// One decision: places the waiting jobs on the instances one after the other, the most urgent for their cost first, as if
/// all were to run as expected. Jobs placed on free instances are started; those placed on busy ones wait, since
/// that is what costs them least. Only the former is binding: with the next event everything is placed anew.
/// </summary>
internal sealed class DispatchPlan(DispatchOptions options)
{
    /// <summary>How many jobs of a lane its rank looks at; the others hardly change it.</summary>
    private const int Lookahead = 8;

    /// <summary>How many jobs are placed on busy instances before only the free ones are looked at.</summary>
    private const int WaitsConsidered = 24;

    /// <summary>How many checkpoints compete, besides two for each free instance and those that free instances hold.</summary>
    private const int LanesConsidered = 96;

    private readonly FleetOutlook _fleet = new();
    private readonly PairingCalculator _pairings = new(options);
    private readonly Targets _targets = new();
    private readonly List<CheckpointLane> _lanes = [];
    private readonly List<HeldJob> _held = [];
    private readonly List<Assignment> _assignments = [];
    private DispatchQueue _queue = null!;
    private double _now;
    private long _decision;
    private bool _onlyIdle;

    public DispatchDecision Decide(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now)
    {
        Begin(queue, instances, now);
        if (_fleet.Idle > 0)
        {
            PlaceOverdue();
            Place(standingBack: false, int.MaxValue);
            Place(standingBack: true, queue.Tenants.ExcessLimit(_fleet.Usable - _fleet.Idle, now));
        }

        var prefetches = options.Prefetch && _fleet.Idle > 0 ? new PrefetchPlan(options, _pairings).Choose(queue, _fleet) : [];
        var held = _fleet.Idle > 0 ? _held.ToImmutableArray() : [];
        return new DispatchDecision([.. _assignments], held, prefetches, _fleet.Idle > 0 ? ReviewAt() : null);
    }

    /// <summary>Every instance with what it would cost the job now, or the filter that refuses it.</summary>
    public IReadOnlyList<InstanceVerdict> Explain(DispatchQueue queue, QueueEntry entry, IReadOnlyList<InstanceView> instances, double now)
    {
        Begin(queue, instances, now);
        _pairings.Congestion = CongestionOf(entry.Tenant.OverShare);
        _pairings.EvictionFactor = entry.Tenant.OverShare ? options.OverShareEvictionFactor : 1;
        var verdicts = new List<InstanceVerdict>(instances.Count);
        for (var x = 0; x < instances.Count; x++)
        {
            var refusedBy = _fleet.IsUsable(x) ? _pairings.RefusedBy(entry.Job, instances[x]) : "state";
            verdicts.Add(new InstanceVerdict(instances[x], refusedBy, refusedBy is null ? _pairings.Costs(queue, _fleet, entry, x) : default));
        }

        return verdicts;
    }

    private void Begin(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now)
    {
        _queue = queue;
        _now = now;
        _decision = queue.NextDecision();
        _held.Clear();
        _assignments.Clear();
        _pairings.EvictionFactor = 1;
        foreach (var lane in queue.Lanes)
        {
            var outlook = lane.Outlook;
            outlook.Copies = 0;
            outlook.FirstSlot = -1;
            outlook.LossOfCopy = double.NaN;
            outlook.DemandPerSecond = queue.Demand(lane, now);
            outlook.Unplaced = lane.Waiting.Count;
            (outlook.LoadCold, outlook.LoadCached) = queue.Loads.ExpectBoth(lane.Checkpoint);
        }

        _fleet.Begin(queue, instances, now);
        queue.UpdateShares(_fleet.Usable, now);
        foreach (var lane in queue.Lanes) lane.Outlook.Unplaced = lane.Waiting.Count;
    }

    /// <summary>Jobs that were passed over for as long as is allowed come before all others, in order of arrival.</summary>
    private void PlaceOverdue()
    {
        _pairings.Congestion = CongestionOf(standingBack: false);
        var limit = options.PassingOverLimit.TotalSeconds;
        for (var entry = _queue.Order.FirstInTurn; entry is not null && _now - entry.TurnSince >= limit && _fleet.Idle > 0; entry = entry.OrderAfter)
        {
            if (entry.Tenant.OverShare || entry.PassedOver(_now) < limit) continue;
            var choice = new Choice();
            for (var x = 0; x < _fleet.Instances.Count; x++)
            {
                if (_fleet.IsIdle(x)) Consider(entry, x, ref choice);
            }

            if (choice.Best < 0) continue;
            _assignments.Add(AssignmentOf(entry, choice, AssignmentReason.PassedOverLongEnough));
            Commit(entry, choice.Best, choice.BestCosts);
            entry.Lane.Outlook.Unplaced--;
        }
    }

    private void Place(bool standingBack, int mostStarts)
    {
        if (_fleet.Idle == 0 || mostStarts <= 0) return;
        var leaveIdle = Math.Max(0, _fleet.Idle - mostStarts);
        GatherLanes(standingBack);
        if (_lanes.Count == 0) return;
        KeepMostUrgent(LanesConsidered + 2 * _fleet.Idle);
        _pairings.Congestion = CongestionOf(standingBack);
        _pairings.EvictionFactor = standingBack ? options.OverShareEvictionFactor : 1;
        _onlyIdle = false;
        FindTargets();
        foreach (var lane in _lanes) Evaluate(lane);

        // Enough to see who will take the busy instances that are soon free; beyond that the free ones are what matters.
        var waits = WaitsConsidered + 2 * _fleet.Idle;
        while (_fleet.Idle > leaveIdle && Highest() is { } lane)
        {
            var x = lane.Outlook.BestInstance;
            PlaceNext(lane);
            if (!_onlyIdle && --waits == 0)
            {
                _onlyIdle = true;
                FindTargets();
                foreach (var each in _lanes) Evaluate(each);
                continue;
            }

            if (_targets.Contains(x)) FindTargets();
            foreach (var each in _lanes)
            {
                if (ReferenceEquals(each, lane) || each.Outlook.BestInstance == x) Evaluate(each);
            }
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
        if (_fleet.IsIdle(choice.Best))
            _assignments.Add(AssignmentOf(entry, choice, choice.BestCosts.Load > 0 ? AssignmentReason.LoadIsCheapest : AssignmentReason.Warm));
        else
            _held.Add(new HeldJob(entry.Job, _fleet.Instances[choice.Best], choice.BestCosts, AlternativeOf(choice)));

        outlook.Next = entry.After;
        outlook.Unplaced--;
        Commit(entry, choice.Best, choice.BestCosts);
    }

    private void Commit(QueueEntry entry, int x, in PairingCosts costs)
    {
        entry.PlacedBy = _decision;
        if (_fleet.IsIdle(x)) entry.StartedBy = _decision;
        var dropped = costs.Load > 0 ? _fleet.Dropped(x) : null;
        _fleet.Place(x, entry.Lane, costs.Load + _queue.ServiceOf(entry) / _fleet.Instances[x].Speed);
        entry.Lane.Outlook.LossOfCopy = double.NaN;
        if (dropped is not null) dropped.Outlook.LossOfCopy = double.NaN;
    }

    private void GatherLanes(bool standingBack)
    {
        _lanes.Clear();
        foreach (var lane in _queue.Lanes)
        {
            var list = standingBack ? lane.StandingBack : lane.Waiting;
            if (list.First is null) continue;
            lane.Outlook.Next = list.First;
            _lanes.Add(lane);
        }
    }

    /// <summary>Where very many checkpoints wait, those that would rank highest if they cost nothing, and those that are warm.</summary>
    private void KeepMostUrgent(int most)
    {
        if (_lanes.Count <= most) return;
        foreach (var lane in _lanes) lane.Outlook.Rank = IsWarmSomewhere(lane) ? double.PositiveInfinity : Rank(lane.Outlook.Next!, cost: 0);
        _lanes.Sort(static (a, b) => b.Outlook.Rank.CompareTo(a.Outlook.Rank));
        _lanes.RemoveRange(most, _lanes.Count - most);
    }

    private bool IsWarmSomewhere(CheckpointLane lane)
    {
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; slot = _fleet.NextSlot(slot))
        {
            if (_fleet.IsIdle(_fleet.InstanceOf(slot))) return true;
        }

        return false;
    }

    private void FindTargets()
    {
        _targets.Clear();
        for (var x = 0; x < _fleet.Instances.Count; x++)
        {
            if (!_fleet.IsUsable(x) || (_onlyIdle && !_fleet.IsIdle(x))) continue;
            _targets.Offer(x, _fleet.Wait(x) + _pairings.Loss(_queue, _fleet.Dropped(x)) + _queue.Services.Mean / _fleet.Instances[x].Speed);
        }
    }

    /// <summary>Finds where the lane's next job would go and how urgent that is; a job that can go nowhere lets the one behind it pass.</summary>
    private void Evaluate(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        outlook.BestInstance = -1;
        for (; outlook.Next is { } entry; outlook.Next = entry.After)
        {
            if (entry.PlacedBy == _decision) continue;
            var choice = Choose(entry);
            if (choice.Best < 0) continue;
            outlook.BestInstance = choice.Best;
            outlook.BestCosts = choice.BestCosts;
            outlook.RunnerUp = choice.RunnerUp;
            outlook.RunnerUpCosts = choice.RunnerUpCosts;
            outlook.Rank = Rank(entry, choice.BestCosts.Total);
            return;
        }
    }

    private Choice Choose(QueueEntry entry)
    {
        var choice = new Choice();
        for (var slot = entry.Lane.Outlook.FirstSlot; slot >= 0; slot = _fleet.NextSlot(slot)) Consider(entry, _fleet.InstanceOf(slot), ref choice);
        for (var place = 0; place < _targets.Count; place++)
        {
            if (!_fleet.Holds(_targets[place], entry.Lane)) Consider(entry, _targets[place], ref choice);
        }

        if (choice.Best >= 0 || _targets.Count == 0) return choice;
        for (var x = 0; x < _fleet.Instances.Count; x++) Consider(entry, x, ref choice);
        return choice;
    }

    private void Consider(QueueEntry entry, int x, ref Choice choice)
    {
        if (!_fleet.IsUsable(x) || (_onlyIdle && !_fleet.IsIdle(x)) || _pairings.RefusedBy(entry.Job, _fleet.Instances[x]) is not null) return;
        choice.Offer(x, _pairings.Costs(_queue, _fleet, entry, x));
    }

    /// <summary>
    /// Urgency removed per second of instance time, at its best over the lane's first jobs: the generalised cμ rule (Van
    /// Mieghem, "Dynamic scheduling with convex delay costs", 1995) with the load as a set-up that the jobs share.
    /// </summary>
    private double Rank(QueueEntry first, double cost)
    {
        var best = double.NegativeInfinity;
        var urgency = 0.0;
        var seconds = cost;
        var entry = first;
        for (var i = 0; i < Lookahead && entry is not null; entry = entry.After)
        {
            if (entry.PlacedBy == _decision) continue;
            i++;
            var waited = entry.Waited(_now);
            urgency += options.ImpatienceSeconds + waited + options.ImpatienceGrowth * waited * waited / 100;
            seconds += _queue.ServiceOf(entry);
            best = Math.Max(best, urgency / Math.Max(seconds, 0.001));
        }

        return best;
    }

    private CheckpointLane? Highest()
    {
        CheckpointLane? highest = null;
        foreach (var lane in _lanes)
        {
            if (lane.Outlook.BestInstance >= 0 && (highest is null || lane.Outlook.Rank > highest.Outlook.Rank)) highest = lane;
        }

        return highest;
    }

    private double CongestionOf(bool standingBack)
    {
        var waiting = 0;
        foreach (var lane in _queue.Lanes) waiting += standingBack ? lane.Count : lane.Waiting.Count;
        return (double)waiting / Math.Max(1, _fleet.Usable);
    }

    private DateTimeOffset? ReviewAt()
    {
        for (var entry = _queue.Order.FirstInTurn; entry is not null && double.IsFinite(entry.TurnSince); entry = entry.OrderAfter)
        {
            var left = options.PassingOverLimit.TotalSeconds - entry.PassedOver(_now);
            if (entry.StartedBy != _decision && !entry.Tenant.OverShare && left > 0) return (_now + left).ToMoment();
        }

        return null;
    }

    private Assignment AssignmentOf(QueueEntry entry, in Choice choice, AssignmentReason reason) =>
        new(entry.Job, _fleet.Instances[choice.Best], reason, choice.BestCosts, AlternativeOf(choice));

    private Alternative? AlternativeOf(in Choice choice) =>
        choice.RunnerUp < 0 ? null : new Alternative(_fleet.Instances[choice.RunnerUp], choice.RunnerUpCosts);
}
