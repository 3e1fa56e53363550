using System.Collections.Immutable;

namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>Other bounds at certain times of the week: business hours, week-ends.</summary>
/// <param name="Days">The days on which the window begins.</param>
/// <param name="From">Local wall-clock time.</param>
/// <param name="To">Later than <paramref name="From"/>, or earlier: then the window ends the next day. Equal: the whole day.</param>
/// <remarks>
/// Wall-clock times follow daylight saving: 08:00 to 18:00 is nine to eleven hours of elapsed time on the days of the change when
/// the change falls inside. A window that begins inside the hour that is skipped begins when that hour would have ended.
/// <example>Fri 22:00 to 06:00 in Europe/Paris covers Saturday 03:00 there: the window that began on Friday.</example>
/// </remarks>
public sealed record ScheduleWindow(
    string Name, TimeZoneInfo TimeZone, ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly To, int? MinInstances, int? MaxInstances)
{
    public bool Covers(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (From < To) return time >= From && time < To && Days.Contains(local.DayOfWeek);
        if (From == To) return Days.Contains(local.DayOfWeek);
        return time >= From ? Days.Contains(local.DayOfWeek) : time < To && Days.Contains(local.AddDays(-1).DayOfWeek);
    }
}
