using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Anomalies;

/// <summary>One model's figures at one moment; null is what was not measured.</summary>
/// <param name="LatencySeconds">Of the jobs that ended in the last interval, a median or a mean: always the same of the two.</param>
/// <param name="ErrorRate">Share of them that failed, 0..1.</param>
/// <param name="ArrivalsPerSecond">Over the last interval of <see cref="AnomalySettings.Arrivals"/>.</param>
/// <param name="GpuMemoryShare">In use on the fullest GPU, 0..1.</param>
/// <param name="Forecast">Of the predictive scaler's memory.</param>
public sealed record ModelMeasurement(
    double? LatencySeconds = null,
    double? ErrorRate = null,
    double? ArrivalsPerSecond = null,
    double? GpuMemoryShare = null,
    ForecastAccuracy? Forecast = null);
