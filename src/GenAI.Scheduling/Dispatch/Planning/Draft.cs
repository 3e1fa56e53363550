using System.Collections.Immutable;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>A decision in the making: what was placed so far and what the instances will do by it. Kept from decision to decision.</summary>
internal sealed class Draft(DispatchOptions options)
{
    /// <summary>
    /// How many jobs one decision starts, so that it stays short however many instances are free at once; where more could be started it
    /// asks to be asked again at once.
    /// </summary>
    private const int MostStarts = 100;

    private readonly List<HeldJob> _held = [];
    private readonly List<Assignment> _assignments = [];
    private long _number;

    public FleetOutlook Fleet { get; } = new();

    public PairingCalculator Pairings { get; } = new(options);

    public DispatchQueue Queue { get; private set; } = null!;

    public double Now { get; private set; }

    /// <summary>How many seconds of waiting count for one: 1 while no more work waits than ordinarily.</summary>
    public double Patience { get; private set; } = 1;

    /// <summary>How many more jobs may be started.</summary>
    public int StartsLeft => MostStarts - _assignments.Count;

    public ImmutableArray<Assignment> Assignments => [.. _assignments];

    public ImmutableArray<HeldJob> Held => [.. _held];

    public void Begin(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now)
    {
        Queue = queue;
        Now = now;
        _number = queue.NextDecision();
        _held.Clear();
        _assignments.Clear();
        Fleet.Begin(queue, instances, now, _number);
    }

    /// <summary>Looks at the lanes as tenants within their share do, or as those that stand back.</summary>
    public void LookAs(bool standingBack)
    {
        var waiting = standingBack ? Queue.Count : Queue.Count - Queue.StandingBack;
        Pairings.Congestion = (double)waiting / Math.Max(1, Fleet.Usable);
        Patience = Math.Max(1, Pairings.Congestion * Fleet.MeanService / options.OrdinaryBacklog.TotalSeconds);
        Pairings.EvictionFactor = standingBack ? options.OverShareEvictionFactor : 1;
    }

    public bool IsPlaced(QueueEntry entry) => entry.PlacedBy == _number;

    /// <summary>The first entry from <paramref name="entry"/> on that is not placed; null when all are.</summary>
    public QueueEntry? FirstUnplaced(QueueEntry? entry)
    {
        while (entry is not null && IsPlaced(entry)) entry = entry.After;
        return entry;
    }

    public bool IsStarted(QueueEntry entry) => entry.StartedBy == _number;

    /// <summary>Offers an instance that may run the job, unless it cannot be cheap enough.</summary>
    public void Consider(QueueEntry entry, int x, ref Choice choice)
    {
        if (Pairings.AtLeast(Fleet.ServiceOf(entry), Fleet.Slowness[x], Fleet.Wait[x]) >= choice.Limit) return;
        if (Fleet.IsUsable(x) && Pairings.Allows(entry.Job, Fleet.Instances[x])) choice.Offer(x, Costs(entry, x));
    }

    public PairingCosts Costs(QueueEntry entry, int x) => Pairings.Costs(Queue, Fleet, entry, x);

    /// <summary>Places a job: on a free instance it is started, for a busy one it waits.</summary>
    public void Place(QueueEntry entry, in Choice choice, bool overdue = false)
    {
        var x = choice.Best;
        var costs = choice.BestCosts;
        entry.PlacedBy = _number;
        if (Fleet.IsIdle(x))
        {
            entry.StartedBy = _number;
            var reason = overdue ? AssignmentReason.PassedOverLongEnough : costs.Load > 0 ? AssignmentReason.LoadIsCheapest : AssignmentReason.Warm;
            _assignments.Add(new Assignment(entry.Job, Fleet.Instances[x], reason, costs, AlternativeOf(choice)));
        }
        else
        {
            _held.Add(new HeldJob(entry.Job, Fleet.Instances[x], costs, AlternativeOf(choice)));
        }

        var dropped = costs.Load > 0 ? Fleet.Slots.Dropped(x) : null;
        Fleet.Place(x, entry.Lane, costs.Load + Fleet.ServiceOf(entry) / Fleet.Instances[x].Speed);
        entry.Lane.Outlook.Unplaced--;
        Fleet.LossHasChanged(entry.Lane);
        if (dropped is not null) Fleet.LossHasChanged(dropped);
    }

    private Alternative? AlternativeOf(in Choice choice) =>
        choice.RunnerUp < 0 ? null : new Alternative(Fleet.Instances[choice.RunnerUp], choice.RunnerUpCosts);
}
