using System.Collections.Immutable;
using System.Globalization;
using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Anomalies;

/// <summary>Everything of one model that is watched for the unusual: latency, error rate, arrivals, GPU memory, and its forecaster.</summary>
/// <remarks>
/// <example>
/// Latency has been about 20 s, 1.5 s more or less; three measurements of 60 s in a row give the alert "latency is 60; about 20 is
/// usual, 26.7 sigmas off", until three in a row are in order again.
/// </example>
/// </remarks>
public sealed class ModelAnomalies
{
    public const string Forecast = "forecast";

    private static readonly ImmutableArray<(string Name, AnomalyDetector Detector, Func<ModelMeasurement, double?> Value)> Series =
    [
        ("latency", new AnomalyDetector(AnomalySettings.Latency), measured => measured.LatencySeconds),
        ("error rate", new AnomalyDetector(AnomalySettings.ErrorRate), measured => measured.ErrorRate),
        ("arrivals", new AnomalyDetector(AnomalySettings.Arrivals), measured => measured.ArrivalsPerSecond),
        ("GPU memory", new AnomalyDetector(AnomalySettings.GpuMemory), measured => measured.GpuMemoryShare),
    ];

    private readonly DriftDetector _drift = new(DriftSettings.Default);

    /// <summary>The alerts that stand after this measurement; what was not measured keeps the alert it had.</summary>
    public (ImmutableArray<AnomalyAlert> Alerts, ModelAnomalyState State) Judge(ModelAnomalyState state, ModelMeasurement measured, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(measured);
        var alerts = ImmutableArray.CreateBuilder<AnomalyAlert>();
        var series = state.Series.ToBuilder();
        for (var i = 0; i < Series.Length; i++)
        {
            var value = Series[i].Value(measured);
            (var verdict, series[i]) = Series[i].Detector.Judge(series[i], value, at);
            if (verdict.Alert) alerts.Add(new AnomalyAlert(Series[i].Name, Said(Series[i].Name, value, verdict)));
        }

        state = Drifted(state with { Series = series.MoveToImmutable() }, measured.Forecast);
        if (state.Drift.Alert) alerts.Add(new AnomalyAlert(Forecast, "arrivals are foreseen worse than they used to be"));
        return (alerts.ToImmutable(), state);
    }

    /// <summary>A forecast that came due is judged once, however often somebody looks.</summary>
    private ModelAnomalyState Drifted(ModelAnomalyState state, ForecastAccuracy? accuracy) =>
        accuracy is null || accuracy.Count == state.ForecastsJudged
            ? state
            : state with { Drift = _drift.Judge(state.Drift, accuracy.LatestScaledError), ForecastsJudged = accuracy.Count };

    private static string Said(string name, double? value, AnomalyVerdict verdict) => value is { } measured
        ? string.Create(CultureInfo.InvariantCulture, $"{name} is {measured:0.###}; about {verdict.Expected:0.###} is usual, {Math.Abs(verdict.Sigmas):0.#} sigmas off")
        : $"{name} was unusual when it was last measured";
}
