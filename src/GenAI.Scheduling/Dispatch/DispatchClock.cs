namespace GenAI.Scheduling.Dispatch;

/// <summary>Moments as seconds, for arithmetic.</summary>
internal static class DispatchClock
{
    public static double ToSeconds(this DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    public static DateTimeOffset ToMoment(this double seconds) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
}
