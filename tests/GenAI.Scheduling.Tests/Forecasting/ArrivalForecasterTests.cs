using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Tests.Forecasting;

public sealed class ArrivalForecasterTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly ArrivalForecaster _forecaster = new(ForecastSettings.Default);

    [Fact]
    public void A_constant_rate_is_foreseen_with_a_narrow_band()
    {
        var forecast = _forecaster.Predict(Fed(_ => 2, hours: 2));
        Assert.Equal(2, forecast.Rate, 3);
        Assert.InRange(forecast.Upper, 2, 2.01);
    }

    [Fact]
    public void A_steady_rise_is_followed_by_the_trend()
    {
        var forecast = _forecaster.Predict(Fed(second => 1 + second / 3600, hours: 3));
        Assert.Equal("trend", forecast.Candidate);
        Assert.InRange(forecast.Rate, 4, 4.06);
    }

    [Fact]
    public void The_hour_of_the_day_is_learned()
    {
        // One busy hour a day, from 06:00; the present moment is the fourth day, two minutes before it.
        var state = Fed(second => second % 86_400 is >= 21_600 and < 25_200 ? 3 : 0.05, hours: 72 + 5.97);
        Assert.True(_forecaster.Seasonal(state, Start.AddHours(78.5), TimeSpan.Zero, TimeSpan.Zero, 2) > 2.5);
        Assert.True(_forecaster.Seasonal(state, Start.AddHours(80), TimeSpan.Zero, TimeSpan.Zero, 2) < 0.1);
    }

    [Fact]
    public void No_band_reaches_far_beyond_the_highest_rate_seen()
    {
        var random = new Random(1);
        var state = Fed(_ => random.NextDouble() < 0.1 ? 6 : 0.01, hours: 12);
        Assert.InRange(_forecaster.Predict(state).Upper, 0, 6 * 1.25);
    }

    [Fact]
    public void Arrivals_counted_late_are_spread_over_the_buckets_that_were_missed()
    {
        var state = Fed(_ => 1, hours: 1);
        state = _forecaster.Count(state, 600, Start.AddHours(1).AddSeconds(600));
        Assert.Equal(1, _forecaster.Predict(state).Rate, 1);
    }

    [Fact]
    public void On_bursts_it_beats_the_last_value()
    {
        var random = new Random(7);
        var burst = 0.0;
        var state = Fed(_ => { if (random.NextDouble() < 0.02) burst = random.NextDouble() * 5; return burst + random.NextDouble(); }, hours: 24);
        Assert.True(state.Accuracy.Own < state.Accuracy.LastValue);
    }

    private ForecastState Fed(Func<double, double> rate, double hours)
    {
        var state = ForecastState.Empty;
        for (var second = 0.0; second <= hours * 3600; second += 15)
            state = _forecaster.Count(state, second == 0 ? 0 : 15 * rate(second), Start.AddSeconds(second));
        return state;
    }
}
