namespace GenAI.Scheduling.Forecasting;

/// <param name="Bucket">Arrivals are counted in buckets of this length.</param>
/// <param name="Window">Rates are means over this much; also what a forecast is compared with.</param>
/// <param name="Horizon">How far ahead the errors are measured that choose the candidate and make the bands.</param>
/// <param name="Season">Length of the cycle that the seasonal candidate knows.</param>
/// <param name="Level">Quantile of the upper band, 0.5..0.999.</param>
/// <param name="Memory">How long ago an error counts half: in the choice between candidates.</param>
public sealed record ForecastSettings(
    TimeSpan Bucket, TimeSpan Window, TimeSpan Horizon, TimeSpan Season, double Level, TimeSpan Memory)
{
    /// <summary>No forecast reaches further.</summary>
    public static TimeSpan FurthestHorizon { get; } = TimeSpan.FromMinutes(30);

    public static ForecastSettings Default { get; } = new(
        TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120), TimeSpan.FromDays(1), 0.9, TimeSpan.FromMinutes(30));
}
