namespace GenAI.Compat.Tests.Aspire;

/// <summary>The real clock, whose waiting timers can be made due: the next poll of a health check need not be waited for.</summary>
internal sealed class SkippingTimeProvider : TimeProvider
{
    private readonly List<ITimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = System.CreateTimer(callback, state, dueTime, period);
        lock (_timers)
            _timers.Add(timer);
        return timer;
    }

    /// <summary>Fires every timer that has not fired yet.</summary>
    public void Skip()
    {
        lock (_timers)
        {
            foreach (var timer in _timers)
                timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            _timers.Clear();
        }
    }
}
