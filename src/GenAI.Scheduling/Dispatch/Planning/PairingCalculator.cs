using GenAI.Scheduling.Dispatch.Filters;
using GenAI.Scheduling.Dispatch.Learning;
using GenAI.Scheduling.Dispatch.Queueing;
using GenAI.Scheduling.Dispatch.Scoring;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>What a pairing costs: gathers what is expected of it and lets the configured filters and scorers speak.</summary>
internal sealed class PairingCalculator
{
    private readonly DispatchOptions _options;
    private readonly IInstanceFilter[] _filters;
    private readonly IInstanceFilter[] _concerned;
    private DispatchJob? _asked;
    private int _concern;
    private readonly (Score Score, double Weight)[] _scorers;
    private readonly double _waitWeight;
    private readonly double _speedWeight;
    private readonly double _loraLoad;

    public PairingCalculator(DispatchOptions options)
    {
        _options = options;
        _filters = [.. options.Filters.Select(name => InstanceFilters.ByName[name])];
        _concerned = new IInstanceFilter[_filters.Length];
        _scorers = [.. options.Weights.Where(weight => weight.Value > 0)
            .OrderBy(weight => weight.Key, StringComparer.Ordinal)
            .Select(weight => ((Score)PairingScorers.ByName[weight.Key].Seconds, weight.Value))];
        _waitWeight = Math.Max(0, options.Weights.GetValueOrDefault("wait"));
        _speedWeight = Math.Max(0, options.Weights.GetValueOrDefault("speed"));
        _loraLoad = options.AssumedLoraLoadTime.TotalSeconds;
    }

    private delegate double Score(in Pairing pairing, DispatchOptions options);

    /// <summary>Jobs that wait per instance.</summary>
    public double Congestion { get; set; }

    /// <summary>By how much evictions are dearer than usual.</summary>
    public double EvictionFactor { get; set; } = 1;

    /// <summary>Whether no filter refuses the pairing.</summary>
    public bool Allows(DispatchJob job, InstanceView instance)
    {
        if (!ReferenceEquals(job, _asked)) Ask(job);
        foreach (var filter in _concerned.AsSpan(0, _concern))
        {
            if (!filter.Allows(job, instance)) return false;
        }

        return true;
    }

    /// <summary>The first filter that refuses the pairing; null when all allow it.</summary>
    public string? RefusedBy(DispatchJob job, InstanceView instance)
    {
        foreach (var filter in _filters)
        {
            if (!filter.Allows(job, instance)) return filter.Name;
        }

        return null;
    }

    public PairingCosts Costs(DispatchQueue queue, FleetOutlook fleet, QueueEntry entry, int x)
    {
        var warm = fleet.Slots.Holds(x, entry.Lane);
        var load = warm ? 0 : Math.Max(fleet.LoadSeconds(x, entry.Lane), 0.001);
        var eviction = warm ? 0 : Loss(queue, fleet, fleet.Slots.Dropped(x)) * EvictionFactor;
        var pairing = new Pairing(
            entry.Job, fleet.Instances[x], fleet.Wait(x), load, eviction, fleet.ServiceOf(entry), Congestion, _loraLoad);
        var total = 0.0;
        foreach (var (score, weight) in _scorers) total += weight * score(pairing, _options);
        return new PairingCosts(pairing.Wait, load, eviction, total);
    }

    /// <summary>
    /// What the instance costs a job whatever it would have to load: of all scorers only the speed's may be below 0. Cheap, to pass over
    /// most instances by.
    /// </summary>
    public double AtLeast(FleetOutlook fleet, double service, int x) =>
        _speedWeight * (service * fleet.Slowness(x)) + _waitWeight * fleet.Wait(x);

    /// <summary>Seconds of loading that giving up a copy of the lane's checkpoint is expected to cost.</summary>
    /// <remarks>
    /// A copy is worth the arrivals that only it would find warm: by Erlang's loss formula, those that the other copies, busy
    /// with the rest, would not take. It is wanted when the next such arrival comes within the horizon, at once when jobs wait.
    /// </remarks>
    public double Loss(DispatchQueue queue, FleetOutlook fleet, CheckpointLane? lane)
    {
        if (lane is null) return 0;
        var outlook = lane.Outlook;
        if (!double.IsNaN(outlook.LossOfCopy)) return outlook.LossOfCopy;
        var load = fleet.Loads(lane).Cached;
        return outlook.LossOfCopy = outlook.Unplaced > 0 ? load : load * WantedSoon(queue, fleet.Demand(lane), outlook.Copies);
    }

    private void Ask(DispatchJob job)
    {
        _asked = job;
        _concern = 0;
        foreach (var filter in _filters)
        {
            if (filter.Concerns(job)) _concerned[_concern++] = filter;
        }
    }

    /// <summary>The probability that the last of so many copies is wanted within the horizon.</summary>
    public double WantedSoon(DispatchQueue queue, double demandPerSecond, int copies)
    {
        var service = queue.Services.Mean;
        var perSecond = ErlangLoss.CarriedByLast(copies, demandPerSecond * service) / service;
        return 1 - Math.Exp(-perSecond * _options.EvictionHorizon.TotalSeconds);
    }
}
