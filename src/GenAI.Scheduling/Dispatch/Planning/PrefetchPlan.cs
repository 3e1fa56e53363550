using System.Collections.Immutable;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// Chooses what to load onto an instance that nothing waits for: the checkpoint whose next copy is most likely to be wanted,
/// in place of the copy that is least. At most one load at a time, so that most free instances stay ready.
/// </summary>
internal sealed class PrefetchPlan(DispatchOptions options, PairingCalculator pairings)
{
    public ImmutableArray<Prefetch> Choose(DispatchQueue queue, FleetOutlook fleet)
    {
        if (fleet.Idle < 2) return [];
        CheckpointLane? wanted = null;
        var gain = 0.0;
        foreach (var lane in queue.Lanes)
        {
            fleet.Refresh(lane);
            var saves = fleet.Loads(lane).Cold * pairings.WantedSoon(queue, fleet.Demand(lane), lane.Outlook.Copies + 1);
            if (saves > gain) (wanted, gain) = (lane, saves);
        }

        if (wanted is null) return [];
        var best = -1;
        var net = options.PrefetchMarginSeconds;
        for (var x = 0; x < fleet.Instances.Length; x++)
        {
            if (!fleet.IsIdle(x) || fleet.Slots.Holds(x, wanted)) continue;
            var saves = gain - pairings.Loss(queue, fleet, fleet.Slots.Dropped(x));
            if (saves > net) (best, net) = (x, saves);
        }

        return best < 0 ? [] : [new Prefetch(wanted.Checkpoint, fleet.Instances[best], net)];
    }
}
