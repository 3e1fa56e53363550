using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Anomalies;

/// <summary>What the detector knows of one series. Immutable.</summary>
/// <param name="Profile">The season's usual values.</param>
/// <param name="Level">Where the series has lately been: what is usual at an hour that no season has shown yet. Null before the first value.</param>
/// <param name="Residuals">Recent differences from the usual.</param>
/// <param name="Interval">Number of the interval learned last.</param>
/// <param name="Streak">Outliers in a row, negative for low ones; while alerting, measurements in order in a row.</param>
public sealed record AnomalyState(SeasonalProfile Profile, double? Level, SortedWindow Residuals, long Interval, int Streak, bool Alert)
{
    public static AnomalyState Of(AnomalySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new AnomalyState(SeasonalProfile.Empty, null, SortedWindow.Of(settings.Window), long.MinValue, 0, false);
    }
}
