using GenAI.Scheduling.Dispatch.Queueing;
using GenAI.Scheduling.Dispatch.Scoring;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// The instances during one decision: when each is free and what it will hold, as the decision places one job after the
/// other. Its arrays are kept from decision to decision.
/// </summary>
internal sealed class FleetOutlook
{
    /// <summary>A busy instance is not believed to be free sooner than this share of a mean service time: what runs late runs on.</summary>
    private const double LeastRemainingShare = 0.45;

    private readonly HostCaches _caches = new();
    private InstanceView[] _instances = [];
    private double[] _wait = [];
    private double[] _slowness = [];
    private double[] _price = [];
    private bool[] _idle = [];
    private bool[] _usable = [];
    private int _count;
    private DispatchQueue _queue = null!;
    private double _now;
    private long _decision;

    public ReadOnlySpan<InstanceView> Instances => _instances.AsSpan(0, _count);

    public CheckpointSlots Slots { get; } = new();

    public int Usable { get; private set; }

    public int Idle { get; private set; }

    /// <summary>Seconds that a job runs of which nothing else is known.</summary>
    public double MeanService { get; private set; }

    /// <summary>Of the fastest instance.</summary>
    public double LeastSlowness { get; private set; }

    public void Begin(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now, long decision)
    {
        _queue = queue;
        _now = now;
        _decision = decision;
        MeanService = queue.Services.Mean;
        Usable = Idle = 0;
        LeastSlowness = double.PositiveInfinity;
        Take(instances);
        Slots.Begin(Instances);
        var leastRemaining = LeastRemainingShare * MeanService;
        for (var x = 0; x < _count; x++)
        {
            var instance = _instances[x];
            _slowness[x] = SpeedScorer.Slowness(instance);
            _idle[x] = instance.State == InstanceAvailability.Free;
            _usable[x] = instance.State != InstanceAvailability.Unavailable;
            _wait[x] = _idle[x] ? 0 : Math.Max(leastRemaining / instance.Speed, (instance.FreeAt?.ToSeconds() ?? now) - now);
            if (_idle[x]) Idle++;
            if (!_usable[x]) continue;
            Usable++;
            LeastSlowness = Math.Min(LeastSlowness, _slowness[x]);
            Fill(x, instance);
        }
    }

    public double ServiceOf(QueueEntry entry) => entry.Service(MeanService);

    /// <summary>Seconds until each instance is free.</summary>
    public ReadOnlySpan<double> Wait => _wait.AsSpan(0, _count);

    /// <summary>What <see cref="Targets"/> thinks of each instance; not a number where it must think anew.</summary>
    public Span<double> Prices => _price.AsSpan(0, _count);

    /// <summary><see cref="SpeedScorer.Slowness"/> of each.</summary>
    public ReadOnlySpan<double> Slowness => _slowness.AsSpan(0, _count);

    public bool IsIdle(int x) => _idle[x];

    public bool IsUsable(int x) => _usable[x];

    /// <summary>Clears what an earlier decision thought of the lane; called before anything else is asked of it.</summary>
    public void Refresh(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        if (outlook.Decision == _decision) return;
        outlook.Decision = _decision;
        outlook.Copies = 0;
        outlook.FirstSlot = outlook.GainKnownFor = -1;
        outlook.Unplaced = lane.Waiting.Count;
        outlook.LossOfCopy = outlook.DemandPerSecond = outlook.LoadCold = outlook.LoadCached = double.NaN;
    }

    public double LoadSeconds(int x, CheckpointLane lane)
    {
        var (cold, cached) = Loads(lane);
        return _caches.Holds(x, _instances[x], lane, _queue) ? cached : cold;
    }

    /// <summary>Seconds to load the lane's checkpoint without and with a host's cache.</summary>
    public (double Cold, double Cached) Loads(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        if (double.IsNaN(outlook.LoadCold)) (outlook.LoadCold, outlook.LoadCached) = _queue.Loads.ExpectBoth(lane.Checkpoint);
        return (outlook.LoadCold, outlook.LoadCached);
    }

    /// <summary>Arrivals per second for the lane's checkpoint.</summary>
    public double Demand(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        if (double.IsNaN(outlook.DemandPerSecond)) outlook.DemandPerSecond = _queue.Demand(lane, _now);
        return outlook.DemandPerSecond;
    }

    /// <summary>Places work on an instance: it is busy for longer, and holds what the work needs.</summary>
    public void Place(int x, CheckpointLane lane, double seconds)
    {
        if (_idle[x])
        {
            _idle[x] = false;
            Idle--;
        }

        _wait[x] += seconds;
        _price[x] = double.NaN;
        if (!Slots.Holds(x, lane)) Slots.Load(x, lane);
    }

    /// <summary>Its jobs or its copies have become fewer or more: giving up a copy costs something else, unless jobs wait, when it always costs a load.</summary>
    public void LossHasChanged(CheckpointLane lane)
    {
        if (lane.Outlook.Unplaced > 0) return;
        lane.Outlook.LossOfCopy = double.NaN;
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; slot = Slots.Next(slot)) _price[Slots.InstanceOf(slot)] = double.NaN;
    }

    private void Take(IReadOnlyList<InstanceView> instances)
    {
        _count = instances.Count;
        if (_instances.Length < _count)
        {
            _instances = new InstanceView[_count];
            _wait = new double[_count];
            _slowness = new double[_count];
            _price = new double[_count];
            _idle = new bool[_count];
            _usable = new bool[_count];
        }

        for (var x = 0; x < _count; x++) _instances[x] = instances[x];
        _caches.Begin(_count);
        Array.Fill(_price, double.NaN);
    }

    private void Fill(int x, InstanceView instance)
    {
        var held = Math.Min(instance.Checkpoints.Length, Slots.RoomOf(x));
        for (var place = 0; place < held; place++)
        {
            if (_queue.FindLane(instance.Checkpoints[place]) is not { } lane || Slots.Holds(x, lane)) continue;
            Refresh(lane);
            Slots.Fill(x, place, lane);
        }
    }
}
