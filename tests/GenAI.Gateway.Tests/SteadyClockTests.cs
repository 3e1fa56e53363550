namespace GenAI.Gateway.Tests;

public sealed class SteadyClockTests
{
    private readonly UnevenTime _time = new();

    [Fact]
    public void What_happened_at_the_same_time_stays_so_though_the_clocks_are_not_read_at_once()
    {
        var clock = new SteadyClock(_time);
        var past = _time.GetUtcNow().AddSeconds(-10);
        var first = clock.OfPast(past);
        _time.Unevenness = TimeSpan.FromMilliseconds(-3);
        Assert.Equal(first, clock.OfPast(past));
    }

    [Fact]
    public void A_wall_clock_that_is_set_moves_no_age()
    {
        var clock = new SteadyClock(_time);
        var before = clock.Now;
        _time.Unevenness = TimeSpan.FromDays(1);
        Assert.Equal(before, clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Now - clock.OfPast(_time.GetUtcNow().AddSeconds(-10)));
    }

    [Fact]
    public void Nothing_has_happened_in_the_future()
    {
        var clock = new SteadyClock(_time);
        Assert.Equal(clock.Now, clock.OfPast(_time.GetUtcNow().AddHours(1)));
    }

    private sealed class UnevenTime : TimeProvider
    {
        public TimeSpan Unevenness { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero) + Unevenness;

        public override long GetTimestamp() => 0;
    }
}
