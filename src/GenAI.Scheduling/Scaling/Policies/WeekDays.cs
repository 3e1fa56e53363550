using System.Collections.Immutable;

namespace GenAI.Scheduling.Scaling.Policies;

/// <summary>How days are written in policies.</summary>
internal static class WeekDays
{
    public static ImmutableArray<DayOfWeek> All { get; } = [.. Enum.GetValues<DayOfWeek>()];

    public static ImmutableDictionary<string, DayOfWeek> ByName { get; } =
        All.ToImmutableDictionary(day => day.ToString()[..3].ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);
}
