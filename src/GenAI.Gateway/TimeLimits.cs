namespace GenAI.Gateway;

internal static class TimeLimits
{
    /// <summary>The longest time that a setting may name: more is beyond what the runtime's timers can count (2^31 milliseconds for some).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>Whether a timer can be set to it.</summary>
    public static bool Allow(TimeSpan time) => time > TimeSpan.Zero && time <= Longest;
}
