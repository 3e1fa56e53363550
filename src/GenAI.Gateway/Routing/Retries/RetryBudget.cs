namespace GenAI.Gateway.Routing.Retries;

/// <summary>
/// Bounds retries to a share of recent requests plus a floor, so that instances that fail from overload do not get the same load again on
/// top of it ("retry budget" as Finagle and Envoy have it). The window slides by a tenth of its length: what counts now has been counted
/// for nine to ten tenths of it. For any thread.
/// Example, with 0.2 and 10: after 100 requests within the window there may be 30 retries; the 31st waits until older ones have left it.
/// </summary>
internal sealed class RetryBudget(RetryOptions options, TimeProvider clock)
{
    private const int Slots = 10;

    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private readonly long _slotTicks = options.Window.Ticks / Slots;
    private readonly int[] _requests = new int[Slots];
    private readonly int[] _retries = new int[Slots];
    private long _slot;
    private long _requestsInWindow;
    private long _retriesInWindow;

    public void CountRequest()
    {
        lock (_lock)
        {
            var index = Slide();
            _requests[index]++;
            _requestsInWindow++;
        }
    }

    /// <summary>Whether one more retry is within the budget, which is then counted.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            var index = Slide();
            if (_retriesInWindow + 1 > options.Floor + options.Share * _requestsInWindow) return false;
            _retries[index]++;
            _retriesInWindow++;
            return true;
        }
    }

    private int Slide()
    {
        var slot = clock.GetElapsedTime(_origin).Ticks / _slotTicks;
        for (var steps = Math.Min(slot - _slot, Slots); steps > 0; steps--)
        {
            var index = (slot - steps + 1) % Slots;
            _requestsInWindow -= _requests[index];
            _retriesInWindow -= _retries[index];
            _requests[index] = _retries[index] = 0;
        }

        _slot = Math.Max(slot, _slot);
        return (int)(_slot % Slots);
    }
}
