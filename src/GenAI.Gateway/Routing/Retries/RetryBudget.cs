namespace GenAI.Gateway.Routing.Retries;

/// <summary>
/// Bounds retries to a share of recent requests plus a floor, so that instances that fail from overload do not get the same load again on
/// top of it ("retry budget" as Finagle and Envoy have it). For any thread.
/// Example, with 0.2 and 10: after 100 requests within the window there may be 30 retries; the 31st waits until older ones have left it.
/// </summary>
internal sealed class RetryBudget(RetryOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();

    // Requests first, retries second.
    private readonly SlidingCounts _counts = new(options.Window, clock);

    public void CountRequest()
    {
        lock (_lock) _counts.Add(1, 0);
    }

    /// <summary>Whether one more retry is within the budget, which is then counted.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            _counts.Slide();
            if (_counts.Second + 1 > options.Floor + options.Share * _counts.First) return false;
            _counts.Add(0, 1);
            return true;
        }
    }
}
