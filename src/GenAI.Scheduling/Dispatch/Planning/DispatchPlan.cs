using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// One decision: places the waiting jobs on the instances one after the other, the most urgent for their cost first, as if
/// all were to run as expected. Jobs placed on free instances are started; those placed on busy ones wait, since
/// that is what costs them least. Only the former is binding: with the next event everything is placed anew.
/// </summary>
internal sealed class DispatchPlan
{
    private readonly DispatchOptions _options;
    private readonly Draft _draft;
    private readonly OverduePlacement _overdue;
    private readonly LanePlacement _lanes;
    private readonly PrefetchPlan _prefetch;

    public DispatchPlan(DispatchOptions options)
    {
        _options = options;
        _draft = new Draft(options);
        _overdue = new OverduePlacement(options, _draft);
        _lanes = new LanePlacement(options, _draft);
        _prefetch = new PrefetchPlan(options, _draft.Pairings);
    }

    public DispatchDecision Decide(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now)
    {
        var (usable, free) = Count(instances);
        queue.UpdateShares(usable, now);
        if (free == 0) return DispatchDecision.Nothing;

        _draft.Begin(queue, instances, now);
        _draft.LookAs(standingBack: false);
        _overdue.Place();
        _lanes.Place(standingBack: false, mostStarts: int.MaxValue);
        if (queue.StandingBack > 0)
        {
            _draft.LookAs(standingBack: true);
            _lanes.Place(standingBack: true, queue.Tenants.ExcessLimit(usable - _draft.Fleet.Idle, now));
        }

        if (_draft.Fleet.Idle == 0) return new DispatchDecision(_draft.Assignments, [], [], null);
        if (_draft.StartsLeft == 0) return new DispatchDecision(_draft.Assignments, [], [], now.ToMoment());
        return new DispatchDecision(_draft.Assignments, _draft.Held, _options.Prefetch ? _prefetch.Choose(queue, _draft.Fleet) : [], ReviewAt(queue, now));
    }

    /// <summary>Every instance with what it would cost the job now, or the filter that refuses it.</summary>
    public IReadOnlyList<InstanceVerdict> Explain(DispatchQueue queue, QueueEntry entry, IReadOnlyList<InstanceView> instances, double now)
    {
        queue.UpdateShares(Count(instances).Usable, now);
        _draft.Begin(queue, instances, now);
        _draft.LookAs(entry.Tenant.OverShare);
        var verdicts = new List<InstanceVerdict>(instances.Count);
        for (var x = 0; x < instances.Count; x++)
        {
            var refusedBy = _draft.Fleet.IsUsable(x) ? _draft.Pairings.RefusedBy(entry.Job, instances[x]) : "state";
            verdicts.Add(new InstanceVerdict(instances[x], refusedBy, refusedBy is null ? _draft.Costs(entry, x) : default));
        }

        return verdicts;
    }

    private static (int Usable, int Free) Count(IReadOnlyList<InstanceView> instances)
    {
        var usable = 0;
        var free = 0;
        for (var x = 0; x < instances.Count; x++)
        {
            if (instances[x].State != InstanceAvailability.Unavailable) usable++;
            if (instances[x].State == InstanceAvailability.Free) free++;
        }

        return (usable, free);
    }

    private DateTimeOffset? ReviewAt(DispatchQueue queue, double now)
    {
        for (var entry = queue.Order.FirstInTurn; entry is not null && double.IsFinite(entry.TurnSince); entry = entry.OrderAfter)
        {
            var left = _options.PassingOverLimit.TotalSeconds - entry.PassedOver(now);
            if (!_draft.IsStarted(entry) && !entry.Tenant.OverShare && left > 0) return (now + left).ToMoment();
        }

        return null;
    }
}
