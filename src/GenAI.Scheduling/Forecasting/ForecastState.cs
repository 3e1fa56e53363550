using System.Collections.Immutable;

namespace GenAI.Scheduling.Forecasting;

/// <summary>What the forecaster knows. Immutable: learning a bucket makes a new one.</summary>
/// <param name="Bucket">Number of the bucket being counted, since 1970; negative before the first.</param>
/// <param name="Counted">Arrivals in it so far.</param>
/// <param name="Buckets">Rates of the buckets that make one window, newest last.</param>
/// <param name="Windows">Mean rates of recent windows, for the median, newest last.</param>
/// <param name="Pending">Predictions whose time has not come, <see cref="Candidates.Count"/> each, oldest first.</param>
/// <param name="AbsoluteErrors">Per candidate, fading.</param>
/// <param name="BandLosses">Pinball loss of each candidate's upper edge, fading.</param>
/// <param name="Errors">Per candidate, in units of the square root of the forecast: a Poisson count's own spread.</param>
/// <param name="Peak">Highest window rate, slowly forgotten: no band reaches far beyond what was ever seen.</param>
/// <param name="Accuracy">How the chosen forecast has done since the beginning.</param>
public sealed record ForecastState(
    long Bucket,
    double Counted,
    ImmutableArray<double> Buckets,
    ImmutableArray<double> Windows,
    ImmutableArray<double> Carried,
    SeasonalProfile Profile,
    ImmutableArray<double> Pending,
    ImmutableArray<double> AbsoluteErrors,
    ImmutableArray<double> BandLosses,
    ImmutableArray<SortedWindow> Errors,
    double Peak,
    ForecastAccuracy Accuracy)
{
    private const int ErrorsRemembered = 240;

    public static ForecastState Empty { get; } = new(
        -1, 0, [], [], Zeros(Candidates.CarriedCount), SeasonalProfile.Empty, [], Zeros(Candidates.Count), Zeros(Candidates.Count),
        [.. Enumerable.Range(0, Candidates.Count).Select(_ => SortedWindow.Of(ErrorsRemembered))], 0, ForecastAccuracy.None);

    private static ImmutableArray<double> Zeros(int count) => ImmutableArray.CreateRange(new double[count]);
}

/// <summary>Absolute errors at the horizon, summed since the beginning: the chosen forecast's and the last value's.</summary>
/// <param name="LatestScaledError">
/// Actual less forecast, of the forecast that came due last, in units of the forecast's square root: food for a drift detector,
/// which would take the larger errors of every noon for a drift otherwise.
/// </param>
public sealed record ForecastAccuracy(long Count, double Own, double LastValue, double LatestScaledError)
{
    public static ForecastAccuracy None { get; } = new(0, 0, 0, 0);
}
