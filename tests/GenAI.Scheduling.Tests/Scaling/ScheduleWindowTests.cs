using GenAI.Scheduling.Scaling.Limits;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class ScheduleWindowTests
{
    /// <summary>One hour ahead of UTC, two from the last Sunday of March 02:00 to the last Sunday of October 03:00.</summary>
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.CreateCustomTimeZone(
        "Test/Paris", TimeSpan.FromHours(1), "Paris", "CET", "CEST",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
        ]);

    [Theory]
    [InlineData("2026-03-27T07:00:00Z", true)] // Friday 08:00, winter
    [InlineData("2026-03-27T06:59:59Z", false)]
    [InlineData("2026-03-30T06:00:00Z", true)] // Monday 08:00, summer: an hour earlier in UTC
    [InlineData("2026-03-30T16:59:59Z", true)]
    [InlineData("2026-03-30T17:00:00Z", false)] // 19:00
    [InlineData("2026-03-28T10:00:00Z", false)] // Saturday
    public void Business_hours_follow_the_local_clock(string utc, bool covered)
    {
        DayOfWeek[] weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
        var window = new ScheduleWindow("business hours", Paris, [.. weekdays], new TimeOnly(8, 0), new TimeOnly(19, 0), 2, null);
        Assert.Equal(covered, window.Covers(DateTimeOffset.Parse(utc)));
    }

    [Theory]
    [InlineData("2026-01-02T21:30:00Z", true)] // Friday 22:30
    [InlineData("2026-01-03T02:00:00Z", true)] // Saturday 03:00, of the window that began on Friday
    [InlineData("2026-01-03T21:30:00Z", false)] // Saturday 22:30
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_began(string utc, bool covered)
    {
        var window = new ScheduleWindow("night", Paris, [DayOfWeek.Friday], new TimeOnly(22, 0), new TimeOnly(6, 0), null, 1);
        Assert.Equal(covered, window.Covers(DateTimeOffset.Parse(utc)));
    }

    [Theory]
    [InlineData("2026-03-29T00:59:59Z", false)] // 01:59:59, then the clock says 03:00
    [InlineData("2026-03-29T01:00:00Z", true)]
    [InlineData("2026-10-25T00:30:00Z", true)] // 02:30 for the first time
    [InlineData("2026-10-25T01:30:00Z", true)] // and for the second
    [InlineData("2026-10-25T03:00:00Z", false)] // 04:00
    public void An_hour_that_is_skipped_or_comes_twice_is_what_the_clock_shows(string utc, bool covered)
    {
        var window = new ScheduleWindow("upkeep", Paris, [DayOfWeek.Sunday], new TimeOnly(2, 15), new TimeOnly(4, 0), 0, 0);
        Assert.Equal(covered, window.Covers(DateTimeOffset.Parse(utc)));
    }

    [Fact]
    public void A_schedule_replaces_the_bounds_while_it_is_in_force()
    {
        var window = new ScheduleWindow("launch", TimeZoneInfo.Utc, [DayOfWeek.Monday], new TimeOnly(12, 0), new TimeOnly(13, 0), 7, 9);
        var policy = Observed.Policy(GenAI.Scheduling.Scaling.Scalers.HpaSettings.Default, min: 1, max: 5) with { Schedules = [window] };
        Assert.Equal(new Bounds(7, 9, "launch"), Bounds.At(policy, Observed.Noon));
        Assert.Equal(new Bounds(1, 5, null), Bounds.At(policy, Observed.Noon.AddHours(1)));
    }
}
