using FsCheck;
using FsCheck.Fluent;
using GenAI.Gateway.Access.Requests;

namespace GenAI.Gateway.Tests.Access;

public sealed class RequestWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void In_any_sixty_seconds_never_more_than_the_limit_pass()
    {
        var gaps = Gen.Choose(0, 8000).ArrayOf(200);
        Prop.ForAll(Arb.From(gaps), Arb.From(Gen.Choose(1, 20)), (steps, limit) =>
        {
            var window = new RequestWindow(limit);
            var now = Start;
            var passed = new List<DateTimeOffset>();
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step);
                if (window.Take(now).Allowed) passed.Add(now);
            }

            return passed.All(from => passed.Count(time => time >= from && time < from.AddSeconds(60)) <= limit);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Who_waits_as_long_as_is_said_may_go_on()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, 5000).ArrayOf(100)), Arb.From(Gen.Choose(1, 10)), (steps, limit) =>
        {
            var window = new RequestWindow(limit);
            var now = Start;
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step);
                var state = window.Take(now);
                if (state.Allowed) continue;
                now += TimeSpan.FromSeconds(state.ResetSeconds);
                if (!window.Take(now).Allowed) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_remains_counts_down_and_comes_back()
    {
        var window = new RequestWindow(3);

        Assert.Equal(new WindowState(true, 2, 61), window.Take(Start));
        Assert.Equal(new WindowState(true, 1, 51), window.Take(Start.AddSeconds(10)));
        Assert.Equal(new WindowState(true, 0, 51), window.Take(Start.AddSeconds(10.5)));
        Assert.Equal(new WindowState(false, 0, 41), window.Take(Start.AddSeconds(20)));
        Assert.Equal(new WindowState(true, 0, 10), window.Take(Start.AddSeconds(61)));
    }

    [Fact]
    public void A_clock_that_is_set_back_gives_nothing_away()
    {
        var window = new RequestWindow(1);
        Assert.True(window.Take(Start.AddHours(1)).Allowed);

        Assert.False(window.Take(Start).Allowed);
        Assert.False(window.Take(Start.AddHours(1).AddSeconds(59)).Allowed);
        Assert.True(window.Take(Start.AddHours(1).AddSeconds(61)).Allowed);
    }

    [Fact]
    public void Threads_that_ask_at_once_share_one_limit()
    {
        var window = new RequestWindow(100);
        var passed = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (window.Take(Start).Allowed) Interlocked.Increment(ref passed);
        });

        Assert.Equal(100, passed);
    }
}
