namespace GenAI.Scheduling.Anomalies;

/// <summary>When a measurement is out of the ordinary.</summary>
/// <param name="Sigmas">Robust standard deviations from the median of the residuals.</param>
/// <param name="Interval">Measurements come about this often; later ones of the same interval are judged, not learned.</param>
/// <param name="Season">The cycle whose usual course is taken off first.</param>
/// <param name="Window">Residuals remembered.</param>
/// <param name="Least">Residuals needed before anything is called an anomaly.</param>
/// <param name="Confirmations">Measurements in a row on the same side that raise the alert, and in order that end it.</param>
/// <param name="Floor">Least spread, as a share of the usual value: a constant series makes no alert of its last digit.</param>
/// <param name="LeastSpread">Least spread in the series' own unit: a series that is usually zero makes no alert of the first crumb.</param>
/// <param name="Counted">Rates of things counted over the interval spread at least as a Poisson count does, by the root of what is usual.</param>
/// <param name="OnlyHigh">Low values are no outliers: nobody is woken because latency fell.</param>
public sealed record AnomalySettings(
    double Sigmas,
    TimeSpan Interval,
    TimeSpan Season,
    int Window,
    int Least,
    int Confirmations,
    double Floor,
    double LeastSpread = 0,
    bool Counted = false,
    bool OnlyHigh = false)
{
    public static AnomalySettings Default { get; } = new(
        2.5, TimeSpan.FromSeconds(60), TimeSpan.FromDays(1), 240, 30, 3, 0.02);

    /// <summary>Seconds: a twentieth of a second, or 5 % of the usual, is noise.</summary>
    public static AnomalySettings Latency { get; } = Default with { Floor = 0.05, LeastSpread = 0.05, OnlyHigh = true };

    /// <summary>Share of requests that failed, 0..1: one in a hundred is noise.</summary>
    public static AnomalySettings ErrorRate { get; } = Default with { LeastSpread = 0.01, OnlyHigh = true };

    /// <summary>Arrivals per second, counted over <see cref="Interval"/>. Too few are as strange as too many.</summary>
    public static AnomalySettings Arrivals { get; } = Default with { Counted = true };

    /// <summary>Share of a GPU's memory in use, 0..1.</summary>
    public static AnomalySettings GpuMemory { get; } = Default with { LeastSpread = 0.01 };
}
