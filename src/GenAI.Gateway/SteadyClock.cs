namespace GenAI.Gateway;

/// <summary>
/// What time it is for limits, pauses and ages: the wall clock as it was when the gateway started, moved on by the monotone clock. A wall
/// clock that is set, by hand or by NTP, moves none of them. What people read, and what keys and signed addresses promise, goes by the
/// wall clock.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock)
{
    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly long _startedAt = clock.GetTimestamp();

    public DateTimeOffset Now => _start + clock.GetElapsedTime(_startedAt);

    /// <summary>The steady time of something that has happened: as long ago as the wall clock says, and never in the future.</summary>
    public DateTimeOffset OfPast(DateTimeOffset wall)
    {
        var age = clock.GetUtcNow() - wall;
        return Now - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    /// <summary>The time as people read it.</summary>
    public DateTimeOffset ToWall(DateTimeOffset steady) => clock.GetUtcNow() + (steady - Now);
}
