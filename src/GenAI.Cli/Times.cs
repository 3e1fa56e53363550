using System.Globalization;

namespace GenAI.Cli;

/// <summary>Times and durations as people write them: <c>30d</c>, <c>12h</c>, <c>45m</c>, <c>90s</c>, <c>2027-01-31</c>.</summary>
internal static class Times
{
    private const int LongestDays = 36_500;

    /// <summary>A duration from now, or a time, UTC unless it says otherwise. Null for null.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static DateTimeOffset? Parse(string option, string? text, DateTimeOffset now)
    {
        if (text is null) return null;
        if (TryParseDuration(text, out var duration)) return now + duration;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        throw new UsageException($"{option} is '{text}'; expected a duration such as 30d or 12h, or a time such as 2027-01-31.");
    }

    /// <exception cref="UsageException">It is no duration.</exception>
    public static TimeSpan? ParseDuration(string option, string? text)
    {
        if (text is null) return null;
        if (TryParseDuration(text, out var duration)) return duration;
        throw new UsageException($"{option} is '{text}'; expected a duration such as 24h, 30m or 7d.");
    }

    private static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var seconds = text[^1] switch
        {
            'd' => 86_400L,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => 0,
        };
        if (seconds == 0 || number > LongestDays * 86_400L / seconds) return false;
        duration = TimeSpan.FromSeconds(seconds * number);
        return true;
    }
}
