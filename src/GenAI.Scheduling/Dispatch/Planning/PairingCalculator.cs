using GenAI.Scheduling.Dispatch.Filters;
using GenAI.Scheduling.Dispatch.Learning;
using GenAI.Scheduling.Dispatch.Queueing;
using GenAI.Scheduling.Dispatch.Scoring;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>What a pairing costs: gathers what is expected of it and lets the configured filters and scorers speak.</summary>
internal sealed class PairingCalculator
{
    private readonly DispatchOptions _options;
    private readonly double _eviction;
    private readonly double _load;
    private readonly double _loadScore;
    private readonly double _lora;
    private readonly double _speed;
    private readonly double _wait;
    private readonly IInstanceFilter[] _filters;
    private readonly IInstanceFilter[] _concerned;
    private int _concerning;
    private DispatchJob? _asked;

    public PairingCalculator(DispatchOptions options)
    {
        _options = options;
        _eviction = options.Weights.GetValueOrDefault(EvictionScorer.Name);
        _load = options.Weights.GetValueOrDefault(LoadScorer.Name);
        _loadScore = options.Weights.GetValueOrDefault(LoadScoreScorer.Name);
        _lora = options.Weights.GetValueOrDefault(LoraScorer.Name);
        _speed = options.Weights.GetValueOrDefault(SpeedScorer.Name);
        _wait = options.Weights.GetValueOrDefault(WaitScorer.Name);
        _filters = [.. options.Filters.Select(name => InstanceFilters.ByName[name])];
        _concerned = new IInstanceFilter[_filters.Length];
    }

    /// <summary>Jobs that wait per instance.</summary>
    public double Congestion { get; set; }

    /// <summary>By how much evictions are dearer than usual.</summary>
    public double EvictionFactor { get; set; } = 1;

    /// <summary>Whether no filter refuses the pairing.</summary>
    public bool Allows(DispatchJob job, InstanceView instance)
    {
        if (!ReferenceEquals(job, _asked)) Ask(job);
        foreach (var filter in _concerned.AsSpan(0, _concerning))
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
        var gain = warm ? 0 : Math.Max(0, Gain(queue, fleet, entry.Lane) - eviction);
        var instance = fleet.Instances[x];
        var loading = Weigh(_eviction, EvictionScorer.Seconds(eviction, Congestion, _options))
            + Weigh(_load, LoadScorer.Seconds(load, gain, Congestion, _options));
        var total = Math.Max(0, loading)
            + Weigh(_loadScore, LoadScoreScorer.Seconds(instance, fleet.ServiceOf(entry)))
            + Weigh(_lora, LoraScorer.Seconds(entry.Job, instance, load, _options))
            + Weigh(_speed, SpeedScorer.Seconds(fleet.ServiceOf(entry), fleet.Slowness[x]))
            + Weigh(_wait, WaitScorer.Seconds(fleet.Wait[x]));
        return new PairingCosts(fleet.Wait[x], load, eviction, total);
    }

    /// <summary>What a pairing costs whatever must be loaded, since no other scorer is below 0: cheap, so that most instances can be passed over by it.</summary>
    public double AtLeast(double service, double slowness, double wait) =>
        Weigh(_speed, SpeedScorer.Seconds(service, slowness)) + Weigh(_wait, WaitScorer.Seconds(wait));

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

    /// <summary>Seconds of loading that one more copy of the lane's checkpoint is expected to save: what <see cref="Loss"/> would be of it.</summary>
    private double Gain(DispatchQueue queue, FleetOutlook fleet, CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        if (outlook.GainKnownFor == outlook.Copies) return outlook.GainOfCopy;
        outlook.GainKnownFor = outlook.Copies;
        return outlook.GainOfCopy = fleet.Loads(lane).Cached * WantedSoon(queue, fleet.Demand(lane), outlook.Copies + 1);
    }

    /// <summary>The probability that the last of so many copies is wanted within the horizon.</summary>
    public double WantedSoon(DispatchQueue queue, double demandPerSecond, int copies)
    {
        var service = queue.Services.Mean;
        var perSecond = ErlangLoss.CarriedByLast(copies, demandPerSecond * service) / service;
        return 1 - Math.Exp(-perSecond * _options.EvictionHorizon.TotalSeconds);
    }

    /// <summary>A scorer without weight does not count, even where it refuses.</summary>
    private static double Weigh(double weight, double seconds) => weight > 0 ? weight * seconds : 0;

    private void Ask(DispatchJob job)
    {
        _asked = job;
        _concerning = 0;
        foreach (var filter in _filters)
        {
            if (filter.Concerns(job)) _concerned[_concerning++] = filter;
        }
    }
}
