using System.Collections.Immutable;
using System.Text.Json;
using GenAI.Scheduling.Anomalies;
using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Tests.Anomalies;

public sealed class ModelAnomaliesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly ModelAnomalies _anomalies = new();
    private DateTimeOffset _at = Start;

    [Theory]
    [InlineData("latency")]
    [InlineData("error rate")]
    [InlineData("arrivals")]
    [InlineData("GPU memory")]
    public void Each_series_has_its_own_alert(string series)
    {
        var wild = series switch
        {
            "latency" => Usual(0) with { LatencySeconds = 60 },
            "error rate" => Usual(0) with { ErrorRate = 0.3 },
            "arrivals" => Usual(0) with { ArrivalsPerSecond = 6 },
            _ => Usual(0) with { GpuMemoryShare = 0.99 },
        };
        var state = Settled();
        ImmutableArray<AnomalyAlert> alerts = [];
        for (var i = 0; i < 3; i++) (alerts, state) = Judge(state, wild);

        var alert = Assert.Single(alerts);
        Assert.Equal(series, alert.Series);
        Assert.Contains("is usual", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_better_than_usual_or_a_crumb_wakes_nobody()
    {
        var state = Settled();
        for (var i = 0; i < 5; i++)
        {
            (var alerts, state) = Judge(state, new ModelMeasurement(2, 0.01, 2 + 2.4 * Math.Sqrt(2 / 60.0), 0.7));
            Assert.Empty(alerts);
        }
    }

    [Fact]
    public void A_series_that_is_not_measured_any_more_keeps_its_alert()
    {
        var state = Settled();
        for (var i = 0; i < 3; i++) (_, state) = Judge(state, Usual(i) with { LatencySeconds = 60 });
        Assert.Equal("latency was unusual when it was last measured", Assert.Single(Judge(state, new ModelMeasurement()).Alerts).Message);
    }

    [Fact]
    public void A_forecaster_that_becomes_worse_has_an_alert_of_its_own_and_each_forecast_counts_once()
    {
        var state = ModelAnomalyState.Empty;
        for (var i = 1; i <= 500; i++) (_, state) = Judge(state, Foreseen(i, i % 3 - 1));
        var before = state.Drift;
        (_, state) = Judge(state, Foreseen(500, 400));
        Assert.Equal(before, state.Drift);

        ImmutableArray<AnomalyAlert> alerts = [];
        for (var i = 501; i <= 600; i++) (alerts, state) = Judge(state, Foreseen(i, 5 * (i % 3 - 1)));
        Assert.Equal(ModelAnomalies.Forecast, Assert.Single(alerts).Series);

        static ModelMeasurement Foreseen(int count, double error) => new(Forecast: new ForecastAccuracy(count, 0, 0, error));
    }

    [Fact]
    public void The_daily_rhythm_of_random_arrivals_is_no_drift_of_the_forecaster()
    {
        var random = new Random(3);
        var forecaster = new ArrivalForecaster(ForecastSettings.Default);
        var (forecast, state) = (ForecastState.Empty, ModelAnomalyState.Empty);
        for (var i = 0; i < 4 * 5760; i++)
        {
            var mean = 15 * (1 - 0.9 * Math.Cos(i / 5760.0 * 2 * Math.PI));
            var arrivals = Math.Max(0, Math.Round(mean + Math.Sqrt(mean) * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2));
            forecast = forecaster.Count(forecast, arrivals, Start.AddSeconds(15 * i));
            (var alerts, state) = _anomalies.Judge(state, new ModelMeasurement(Forecast: forecast.Accuracy), Start.AddSeconds(15 * i));
            Assert.Empty(alerts);
        }
    }

    [Fact]
    public void State_survives_a_restart_as_JSON()
    {
        var state = Settled();
        var read = JsonSerializer.Deserialize<ModelAnomalyState>(JsonSerializer.Serialize(state))!;
        Assert.Equal(Judge(state, Usual(7)).Alerts, Judge(read, Usual(7)).Alerts);
        Assert.Equal(JsonSerializer.Serialize(state), JsonSerializer.Serialize(read));
    }

    private static ModelMeasurement Usual(int i) => new(19 + i * 7 % 3, 0, 2 + 0.1 * (i % 2), 0.7);

    private ModelAnomalyState Settled()
    {
        var state = ModelAnomalyState.Empty;
        for (var i = 0; i < 100; i++) (_, state) = Judge(state, Usual(i));
        return state;
    }

    private (ImmutableArray<AnomalyAlert> Alerts, ModelAnomalyState State) Judge(ModelAnomalyState state, ModelMeasurement measured) =>
        _anomalies.Judge(state, measured, _at = _at.AddMinutes(1));
}
