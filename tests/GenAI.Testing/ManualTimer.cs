namespace GenAI.Testing;

/// <summary>A timer of a <see cref="ManualTimeProvider"/>, which alone decides when it fires.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, Action fire) : ITimer
{
    private volatile bool _disposed;

    /// <summary>When it fires next, counted from the clock's start. Guarded by the clock's lock.</summary>
    public TimeSpan Due { get; set; }

    public TimeSpan Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed) return false;
        Period = period;
        clock.Schedule(this, dueTime);
        return true;
    }

    public void Fire()
    {
        if (!_disposed) fire();
    }

    public void Dispose()
    {
        _disposed = true;
        clock.Schedule(this, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
