using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>
/// Which checkpoints the instances hold during one decision, most recently used first, with the holders of each linked
/// (<see cref="LaneOutlook.FirstSlot"/>), so that they are found without a look at all instances.
/// </summary>
internal sealed class CheckpointSlots
{
    private CheckpointLane?[] _lane = [];
    private int[] _next = [];
    private int[] _room = [];
    private int _width = 1;

    public void Begin(ReadOnlySpan<InstanceView> instances)
    {
        _width = 1;
        foreach (var instance in instances) _width = Math.Max(_width, Math.Min(instance.Room, 64));
        if (_room.Length < instances.Length) _room = new int[instances.Length];
        if (_lane.Length < instances.Length * _width)
        {
            _lane = new CheckpointLane?[instances.Length * _width];
            _next = new int[instances.Length * _width];
        }

        Array.Clear(_lane);
        for (var x = 0; x < instances.Length; x++) _room[x] = Math.Clamp(instances[x].Room, 1, _width);
    }

    public int RoomOf(int x) => _room[x];

    public int Next(int slot) => _next[slot];

    public int InstanceOf(int slot) => _width == 1 ? slot : slot / _width;

    public bool Holds(int x, CheckpointLane lane)
    {
        for (var slot = x * _width; slot < (x + 1) * _width; slot++)
        {
            if (ReferenceEquals(_lane[slot], lane)) return true;
        }

        return false;
    }

    /// <summary>The lane whose checkpoint the next load drops; null when there is room, or nobody ever asked for it.</summary>
    public CheckpointLane? Dropped(int x) => _lane[x * _width + _room[x] - 1];

    /// <summary>The instance's checkpoint number <paramref name="place"/> is the lane's.</summary>
    public void Fill(int x, int place, CheckpointLane lane) => Link(x * _width + place, lane);

    /// <summary>Loads the lane's checkpoint: what was used longest ago makes way where there is no room.</summary>
    public void Load(int x, CheckpointLane lane)
    {
        if (Dropped(x) is { } dropped) Unlink(x, dropped);
        for (var slot = x * _width + _room[x] - 1; slot > x * _width; slot--) Move(slot - 1, slot);
        Link(x * _width, lane);
    }

    private void Link(int slot, CheckpointLane lane)
    {
        _lane[slot] = lane;
        _next[slot] = lane.Outlook.FirstSlot;
        lane.Outlook.FirstSlot = slot;
        lane.Outlook.Copies++;
    }

    private void Unlink(int x, CheckpointLane lane)
    {
        var previous = -1;
        for (var slot = lane.Outlook.FirstSlot; slot >= 0; previous = slot, slot = _next[slot])
        {
            if (InstanceOf(slot) != x) continue;
            if (previous < 0) lane.Outlook.FirstSlot = _next[slot];
            else _next[previous] = _next[slot];
            _lane[slot] = null;
            lane.Outlook.Copies--;
            return;
        }
    }

    private void Move(int from, int to)
    {
        if (_lane[from] is not { } lane) return;
        Unlink(InstanceOf(from), lane);
        Link(to, lane);
    }
}
