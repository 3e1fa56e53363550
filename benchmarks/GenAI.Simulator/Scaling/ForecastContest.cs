using GenAI.Scheduling.Forecasting;

namespace GenAI.Simulator.Scaling;

/// <param name="Mase">Mean absolute error over that of the last value one window ahead (Hyndman and Koehler, 2006).</param>
internal sealed record ForecastFigures(string Name, double Mase);

/// <summary>Arrivals per second of the window that ends at a moment: what came, what was foreseen, and the band around it.</summary>
internal readonly record struct ForecastPoint(double At, double Actual, double Forecast, double Lower, double Upper);

/// <summary>The forecaster against the last value and against the same time a season ago, on the same windows.</summary>
internal static class ForecastContest
{
    public static IReadOnlyList<ForecastFigures> Run(ScaleWorkload workload, TimeSpan horizon, int seeds)
    {
        var runs = Enumerable.Range(1, workload.Random ? seeds : 1).Select(seed => Run(workload.Draw(seed), horizon, null)).ToArray();
        return [.. runs[0].Select((row, at) => row with { Mase = runs.Select(run => run[at].Mase).Order().ElementAt(runs.Length / 2) })];
    }

    /// <summary>What was foreseen for each moment and what came, on the first seed.</summary>
    public static IReadOnlyList<ForecastPoint> Curve(ScaleWorkload workload, TimeSpan horizon)
    {
        var points = new List<ForecastPoint>();
        Run(workload.Draw(1), horizon, points);
        return points;
    }

    /// <remarks>
    /// A season that the trace is too short for is an hour instead of a day. All are scored where the seasonal one has something to say.
    /// </remarks>
    private static ForecastFigures[] Run(IReadOnlyList<ScaleJob> jobs, TimeSpan horizon, List<ForecastPoint>? points)
    {
        var settings = ForecastSettings.Default with { Horizon = horizon };
        var bucket = settings.Bucket.TotalSeconds;
        var rates = Rates(jobs, bucket);
        var window = (int)(settings.Window / settings.Bucket);
        var ahead = (int)Math.Round((horizon + settings.Window / 2) / settings.Bucket);
        var season = (int)((rates.Length * bucket > 2 * 86_400 ? 86_400 : 3600) / bucket);
        var forecaster = new ArrivalForecaster(settings);
        var state = ForecastState.Empty;
        var (own, last, seasonal, unit) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i + ahead < rates.Length; i++)
        {
            // Counting nothing at the bucket's end closes it.
            state = forecaster.Count(state, rates[i] * bucket, DateTimeOffset.UnixEpoch.AddSeconds(i * bucket));
            state = forecaster.Count(state, 0, DateTimeOffset.UnixEpoch.AddSeconds((i + 1) * bucket));
            if (i < window) continue;
            var actual = Mean(rates, i + ahead, window);
            var forecast = forecaster.Predict(state);
            points?.Add(new ForecastPoint((i + ahead) * bucket, actual, forecast.Rate, forecast.Lower, forecast.Upper));
            if (i + ahead < season + window) continue;
            own += Math.Abs(actual - forecast.Rate);
            last += Math.Abs(actual - Mean(rates, i, window));
            seasonal += Math.Abs(actual - Mean(rates, i + ahead - season, window));
            unit += Math.Abs(actual - Mean(rates, i + ahead - window, window));
        }

        return [new("genai", own / unit), new("last-value", last / unit), new("seasonal-naive", seasonal / unit)];
    }

    private static double[] Rates(IReadOnlyList<ScaleJob> jobs, double bucket)
    {
        var rates = new double[(int)(jobs[^1].Arrival / bucket) + 1];
        foreach (var job in jobs) rates[(int)(job.Arrival / bucket)] += 1 / bucket;
        return rates;
    }

    /// <summary>Mean of the window that ends with a bucket.</summary>
    private static double Mean(double[] rates, int last, int window) => rates.AsSpan(last - window + 1, window).ToArray().Average();
}
