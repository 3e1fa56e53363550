namespace GenAI.Testing;

/// <summary>
/// A clock that stands still until <see cref="Advance"/> is called. Timers, and everything made of them (<c>Task.Delay</c>,
/// <c>PeriodicTimer</c>, <c>CancellationTokenSource</c> with a provider), fire in the order in which they are due,
/// each seeing the time at which it was due. The local time zone is UTC.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _scheduled = [];
    private TimeSpan _elapsed;

    /// <summary>Starts at 2026-01-01 00:00 UTC.</summary>
    public ManualTimeProvider() : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait to fire. Poll this to know that the code under test has reached its delay.</summary>
    public int ScheduledTimers
    {
        get
        {
            lock (_lock) return _scheduled.Count;
        }
    }

    /// <summary>How long until the next timer fires; null when none is scheduled.</summary>
    public TimeSpan? NextTimerIn
    {
        get
        {
            lock (_lock) return _scheduled.Count == 0 ? null : _scheduled.Min(timer => timer.Due) - _elapsed;
        }
    }

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward and runs, on the calling thread, the callbacks of all timers that fall due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Elapsed + by;
        while (TakeNextDue(target) is { } timer) timer.Fire();
        lock (_lock) _elapsed = target;
    }

    /// <summary>Moves time to the next scheduled timer and fires it. Throws when there is none.</summary>
    public void AdvanceToNextTimer() =>
        Advance(NextTimerIn ?? throw new InvalidOperationException("No timer is scheduled."));

    internal void Schedule(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _scheduled.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.Due = _elapsed + dueTime;
            _scheduled.Add(timer);
        }

        if (dueTime == TimeSpan.Zero) Advance(TimeSpan.Zero);
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_lock) return _elapsed;
        }
    }

    private ManualTimer? TakeNextDue(TimeSpan target)
    {
        lock (_lock)
        {
            var next = _scheduled.MinBy(timer => timer.Due);
            if (next is null || next.Due > target) return null;
            _elapsed = next.Due;
            _scheduled.Remove(next);
            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period;
                _scheduled.Add(next);
            }

            return next;
        }
    }
}
