using System.Collections.Immutable;

namespace GenAI.Scheduling.Forecasting;

/// <summary>The models between which the forecaster chooses.</summary>
/// <remarks>
/// Last value; exponential smoothing at five speeds; a damped trend (Gardner and McKenzie, "Forecasting trends in time series",
/// Management Science 31, 1985); the season's profile scaled to the present level; the median of the last minutes, which is the
/// best guess in absolute error when most buckets are empty.
/// </remarks>
internal static class Candidates
{
    public const int Count = 9;
    private const int Trend = 6;
    private const int Season = 7;
    private const int Median = 8;
    private const double TrendLevelSeconds = 120;
    private const double TrendSlopeSeconds = 900;
    private const double DampingSeconds = 600;
    private const double SeasonLevelSeconds = 900;
    private const double LeastProfile = 1e-4;
    private static readonly double[] SmoothingSeconds = [60, 120, 300, 900, 1800];

    public static readonly ImmutableArray<string> Names =
        ["last", "level-60", "level-120", "level-300", "level-900", "level-1800", "trend", "season", "median"];

    /// <summary>Numbers that the candidates carry from bucket to bucket: five levels, the trend's level and slope, the season's level and its norm.</summary>
    public const int CarriedCount = 9;

    /// <param name="carried">In: as the last bucket left it; out: with this bucket's rate.</param>
    /// <param name="profile">The season's rate now, or null.</param>
    public static void Learn(Span<double> carried, double rate, double bucketSeconds, double? profile)
    {
        for (var i = 0; i < SmoothingSeconds.Length; i++) carried[i] += Weight(bucketSeconds, SmoothingSeconds[i]) * (rate - carried[i]);

        var before = carried[5];
        carried[5] += carried[6] * bucketSeconds;
        carried[5] += Weight(bucketSeconds, TrendLevelSeconds) * (rate - carried[5]);
        carried[6] += Weight(bucketSeconds, TrendSlopeSeconds) * ((carried[5] - before) / bucketSeconds - carried[6]);

        var weight = Weight(bucketSeconds, SeasonLevelSeconds);
        carried[7] += weight * (rate - carried[7]);
        carried[8] += weight * ((profile ?? rate) - carried[8]);
    }

    /// <param name="window">Mean rates of the last window lengths, newest last.</param>
    /// <param name="ahead">The season's rate at the horizon, or null.</param>
    public static void Predict(
        Span<double> predictions, ReadOnlySpan<double> carried, ReadOnlySpan<double> window, double lastRate, double horizonSeconds, double? ahead)
    {
        predictions[0] = lastRate;
        for (var i = 0; i < SmoothingSeconds.Length; i++) predictions[i + 1] = carried[i];
        var reach = DampingSeconds * (1 - Math.Exp(-horizonSeconds / DampingSeconds));
        predictions[Trend] = Math.Max(0, carried[5] + carried[6] * reach);
        predictions[Season] = ahead is { } expected ? expected * Math.Clamp(carried[7] / Math.Max(LeastProfile, carried[8]), 0.2, 5) : carried[3];
        predictions[Median] = MedianOf(window);
    }

    private static double MedianOf(ReadOnlySpan<double> window)
    {
        if (window.IsEmpty) return 0;
        Span<double> sorted = stackalloc double[window.Length];
        window.CopyTo(sorted);
        sorted.Sort();
        return sorted[window.Length / 2];
    }

    private static double Weight(double bucketSeconds, double seconds) => 1 - Math.Exp(-bucketSeconds / seconds);
}
