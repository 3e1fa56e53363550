using System.Collections.Concurrent;

namespace GenAI.Testing;

/// <summary>The system's time, except that the wall clock is set to another, or that the whole process seems to have stood still for a while.</summary>
public sealed class JumpingTimeProvider : TimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, int> _ticks = new();
    private long _wall;
    private long _both;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Volatile.Read(ref _wall) + Volatile.Read(ref _both));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _both);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
        given =>
        {
            callback(given);
            _ticks.AddOrUpdate(period, 1, (_, count) => count + 1);
        },
        state, dueTime, period);

    /// <summary>How often timers of that period have fired, each after what it does: to know that something regular has happened.</summary>
    public int Ticks(TimeSpan period) => _ticks.GetValueOrDefault(period);

    /// <summary>The wall clock is set ahead, or back; timestamps go on as they were.</summary>
    public void SetWallClock(TimeSpan by) => Interlocked.Add(ref _wall, by.Ticks);

    /// <summary>All clocks find that so long has passed, in which no timer fired.</summary>
    public void StandStill(TimeSpan time) => Interlocked.Add(ref _both, time.Ticks);
}
