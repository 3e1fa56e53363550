using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// The instances during one decision: when each is free and what it will hold, as the decision places one job after the
/// other. Its arrays are kept from decision to decision.
/// </summary>
internal sealed class FleetOutlook
{
    /// <summary>A busy instance is not believed to be free sooner than this share of a mean service time: what runs late runs on.</summary>
    private const double LeastRemainingShare = 0.45;

    private double[] _wait = [];
    private bool[] _idle = [];
    private bool[] _usable = [];
    private List<string>?[] _recent = [];
    private CheckpointLane?[] _slotLane = [];
    private int[] _slotNext = [];
    private int _room = 1;
    private DispatchQueue _queue = null!;
    private double _now;
    private long _decision;

    public IReadOnlyList<InstanceView> Instances { get; private set; } = [];

    public int Usable { get; private set; }

    public int Idle { get; private set; }

    public void Begin(DispatchQueue queue, IReadOnlyList<InstanceView> instances, double now, long decision)
    {
        _queue = queue;
        _now = now;
        _decision = decision;
        Instances = instances;
        Usable = Idle = 0;
        Grow(instances);
        var leastRemaining = LeastRemainingShare * queue.Services.Mean;
        for (var x = 0; x < instances.Count; x++)
        {
            var instance = instances[x];
            _idle[x] = instance.State == InstanceAvailability.Free;
            _usable[x] = instance.State != InstanceAvailability.Unavailable;
            _wait[x] = _idle[x] ? 0 : Math.Max(leastRemaining / instance.Speed, (instance.FreeAt?.ToSeconds() ?? now) - now);
            if (_idle[x]) Idle++;
            if (!_usable[x]) continue;
            Usable++;
            _recent[x] = queue.Loads.RecentOf(instance.Id);
            Fill(x, instance);
        }
    }

    public double Wait(int x) => _wait[x];

    public bool IsIdle(int x) => _idle[x];

    public bool IsUsable(int x) => _usable[x];

    public int NextSlot(int slot) => _slotNext[slot];

    public int InstanceOf(int slot) => slot / _room;

    public bool Holds(int x, CheckpointLane lane)
    {
        for (var slot = x * _room; slot < (x + 1) * _room; slot++)
        {
            if (ReferenceEquals(_slotLane[slot], lane)) return true;
        }

        return false;
    }

    /// <summary>The lane whose checkpoint the next load drops; null when there is room, or nobody ever asked for it.</summary>
    public CheckpointLane? Dropped(int x)
    {
        var room = Math.Clamp(Instances[x].Room, 1, _room);
        return _slotLane[x * _room + room - 1];
    }

    /// <summary>Clears what an earlier decision thought of the lane; called before anything else is asked of it.</summary>
    public void Refresh(CheckpointLane lane)
    {
        var outlook = lane.Outlook;
        if (outlook.Decision == _decision) return;
        outlook.Decision = _decision;
        outlook.Copies = 0;
        outlook.FirstSlot = -1;
        outlook.Unplaced = lane.Waiting.Count;
        outlook.LossOfCopy = outlook.DemandPerSecond = outlook.LoadCold = outlook.LoadCached = double.NaN;
    }

    public double LoadSeconds(int x, CheckpointLane lane)
    {
        var (cold, cached) = Loads(lane);
        return _recent[x] is { } recent && recent.Contains(lane.Checkpoint) ? cached : cold;
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
        if (Holds(x, lane)) return;
        if (Dropped(x) is { } dropped) Unlink(x, dropped);
        for (var slot = x * _room + Math.Clamp(Instances[x].Room, 1, _room) - 1; slot > x * _room; slot--) MoveSlot(slot - 1, slot);
        Link(x * _room, lane);
    }

    private void Grow(IReadOnlyList<InstanceView> instances)
    {
        _room = 1;
        for (var x = 0; x < instances.Count; x++) _room = Math.Max(_room, Math.Min(instances[x].Room, 64));
        if (_wait.Length < instances.Count)
        {
            _wait = new double[instances.Count];
            _idle = new bool[instances.Count];
            _usable = new bool[instances.Count];
            _recent = new List<string>?[instances.Count];
        }

        if (_slotLane.Length < instances.Count * _room)
        {
            _slotLane = new CheckpointLane?[instances.Count * _room];
            _slotNext = new int[instances.Count * _room];
        }

        Array.Clear(_slotLane);
    }

    private void Fill(int x, InstanceView instance)
    {
        var slots = Math.Min(instance.Checkpoints.Length, Math.Clamp(instance.Room, 1, _room));
        for (var i = 0; i < slots; i++)
        {
            if (_queue.FindLane(instance.Checkpoints[i]) is not { } lane || Holds(x, lane)) continue;
            Refresh(lane);
            Link(x * _room + i, lane);
        }
    }

    private void Link(int slot, CheckpointLane lane)
    {
        _slotLane[slot] = lane;
        _slotNext[slot] = lane.Outlook.FirstSlot;
        lane.Outlook.FirstSlot = slot;
        lane.Outlook.Copies++;
    }

    private void Unlink(int x, CheckpointLane lane)
    {
        var previous = -1;
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; previous = slot, slot = _slotNext[slot])
        {
            if (InstanceOf(slot) != x) continue;
            if (previous < 0) lane.Outlook.FirstSlot = _slotNext[slot];
            else _slotNext[previous] = _slotNext[slot];
            _slotLane[slot] = null;
            lane.Outlook.Copies--;
            return;
        }
    }

    private void MoveSlot(int from, int to)
    {
        if (_slotLane[from] is not { } lane) return;
        Unlink(InstanceOf(from), lane);
        Link(to, lane);
    }
}
