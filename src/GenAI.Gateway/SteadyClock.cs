namespace GenAI.Gateway;

/// <summary>
/// What time it is for limits, pauses and ages: the wall clock as it was when the gateway started, moved on by the monotone clock. A wall
/// clock that is set, by hand or by NTP, moves none of them. What people read, and what keys and signed addresses promise, goes by the
/// wall clock.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock)
{
    /// <summary>By how much the two clocks may part, by their own errors, before the wall clock counts as set.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMilliseconds(100);

    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly long _startedAt = clock.GetTimestamp();

    private long _wallAhead;

    public DateTimeOffset Now => _start + clock.GetElapsedTime(_startedAt);

    /// <summary>
    /// The steady time of something that has happened: as long ago as the wall clock says, and never in the future. As long as nobody sets
    /// the wall clock, what has the same wall time has the same steady time, and what came later a later one.
    /// </summary>
    public DateTimeOffset OfPast(DateTimeOffset wall)
    {
        var now = Now;
        var ahead = (clock.GetUtcNow() - now).Ticks;
        var known = Interlocked.Read(ref _wallAhead);
        if (Math.Abs(ahead - known) > Drift.Ticks) Interlocked.Exchange(ref _wallAhead, known = ahead);
        var steady = wall - new TimeSpan(known);
        return steady < now ? steady : now;
    }

    /// <summary>The time as people read it.</summary>
    public DateTimeOffset ToWall(DateTimeOffset steady) => clock.GetUtcNow() + (steady - Now);
}
