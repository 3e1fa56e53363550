using System.Collections.Immutable;

namespace GenAI.Scheduling.Anomalies;

/// <summary>What is known of one model's series, in the order of <see cref="ModelAnomalies"/>. Immutable, plain JSON.</summary>
/// <param name="ForecastsJudged">Forecasts that had come due when drift was last judged.</param>
public sealed record ModelAnomalyState(ImmutableArray<AnomalyState> Series, DriftState Drift, long ForecastsJudged)
{
    public static ModelAnomalyState Empty { get; } = new(
        [
            AnomalyState.Of(AnomalySettings.Latency), AnomalyState.Of(AnomalySettings.ErrorRate),
            AnomalyState.Of(AnomalySettings.Arrivals), AnomalyState.Of(AnomalySettings.GpuMemory),
        ],
        DriftState.Empty,
        0);
}

/// <summary>Something is unusual and has been for some measurements.</summary>
/// <param name="Series">Which: latency, error rate, arrivals, GPU memory or forecast.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record AnomalyAlert(string Series, string Message);
