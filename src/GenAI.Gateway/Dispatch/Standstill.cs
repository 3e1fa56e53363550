namespace GenAI.Gateway.Dispatch;

/// <summary>Finds out that the gateway was suspended: it has then heard nothing of any job for reasons of its own. Of the loop alone.</summary>
/// <param name="interval">How often <see cref="IsOver"/> is asked.</param>
internal sealed class Standstill(TimeSpan interval, TimeProvider clock)
{
    // Nothing else keeps the loop from its work for so long.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private long _last = clock.GetTimestamp();

    /// <summary>Whether one has just ended.</summary>
    public bool IsOver()
    {
        var last = _last;
        _last = clock.GetTimestamp();
        return clock.GetElapsedTime(last) > interval + LongestDelay;
    }
}
