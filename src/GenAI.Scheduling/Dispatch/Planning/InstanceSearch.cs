using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// Finds where a job costs least: among the instances that hold its checkpoint and those onto which a load would cost least, whatever the
/// checkpoint.
/// </summary>
internal sealed class InstanceSearch(Draft draft)
{
    private readonly Targets _targets = new(draft);

    /// <summary>Whether only free instances are looked at.</summary>
    public bool OnlyIdle { get; private set; }

    private FleetOutlook Fleet => draft.Fleet;

    public void Begin(bool onlyIdle)
    {
        OnlyIdle = onlyIdle;
        _targets.Find(onlyIdle);
    }

    /// <summary>A job was placed on the instance.</summary>
    public void HasPlaced(int x)
    {
        if (_targets.Contains(x)) _targets.Find(OnlyIdle);
    }

    public void Find(QueueEntry entry, out Choice choice)
    {
        choice = new Choice();
        ConsiderHolders(entry, ref choice);
        for (var place = 0; place < _targets.Count; place++)
        {
            if (!Fleet.Slots.Holds(_targets[place], entry.Lane)) Consider(entry, _targets[place], ref choice);
        }

        if (choice.Best >= 0 || _targets.Count == 0) return;
        for (var x = 0; x < Fleet.Instances.Length; x++) Consider(entry, x, ref choice);
    }

    /// <summary>There may be hundreds of copies: most are passed over, and when two are as cheap as any instance can be, so are the rest.</summary>
    private void ConsiderHolders(QueueEntry entry, ref Choice choice)
    {
        var (pairings, slots, service) = (draft.Pairings, Fleet.Slots, Fleet.ServiceOf(entry));
        var slowness = Fleet.Slowness;
        var wait = Fleet.Wait;
        var least = pairings.AtLeast(service, Fleet.LeastSlowness, wait: 0);
        var limit = choice.Limit;
        for (var slot = entry.Lane.Outlook.FirstSlot; slot >= 0 && limit > least; slot = slots.Next(slot))
        {
            var x = slots.InstanceOf(slot);
            if (pairings.AtLeast(service, slowness[x], wait[x]) >= limit) continue;
            Consider(entry, x, ref choice);
            limit = choice.Limit;
        }
    }

    private void Consider(QueueEntry entry, int x, ref Choice choice)
    {
        if (!OnlyIdle || Fleet.IsIdle(x)) draft.Consider(entry, x, ref choice);
    }
}
