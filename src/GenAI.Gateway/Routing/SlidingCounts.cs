namespace GenAI.Gateway.Routing;

/// <summary>
/// Counts of two kinds over the last while. The window slides by a tenth of its length: what counts now has been counted for nine to ten
/// tenths of it. Not safe for concurrent use.
/// </summary>
internal sealed class SlidingCounts(TimeSpan window, TimeProvider clock)
{
    private const int Slots = 10;

    private readonly long _origin = clock.GetTimestamp();
    private readonly long _slotTicks = window.Ticks / Slots;
    private readonly int[] _firsts = new int[Slots];
    private readonly int[] _seconds = new int[Slots];
    private long _slot;

    public long First { get; private set; }

    public long Second { get; private set; }

    public void Add(int first, int second)
    {
        Slide();
        var index = (int)(_slot % Slots);
        _firsts[index] += first;
        _seconds[index] += second;
        First += first;
        Second += second;
    }

    /// <summary>Forgets what has left the window; call it before reading.</summary>
    public void Slide()
    {
        var slot = clock.GetElapsedTime(_origin).Ticks / _slotTicks;
        for (var steps = Math.Min(slot - _slot, Slots); steps > 0; steps--)
        {
            var index = (slot - steps + 1) % Slots;
            First -= _firsts[index];
            Second -= _seconds[index];
            _firsts[index] = _seconds[index] = 0;
        }

        _slot = Math.Max(slot, _slot);
    }

    public void Clear()
    {
        Array.Clear(_firsts);
        Array.Clear(_seconds);
        First = Second = 0;
    }
}
