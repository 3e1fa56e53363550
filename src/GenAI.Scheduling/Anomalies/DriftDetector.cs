namespace GenAI.Scheduling.Anomalies;

/// <summary>Tells when a forecaster has become worse than it was: its own alert, since the arrivals themselves may look usual.</summary>
/// <remarks>
/// Page's cumulative sum ("Continuous inspection schemes", Biometrika 41, 1954) on the absolute error over its own long mean:
/// ratios above 1 + slack add up, those below take away. The long mean learns slowly, so that a lasting change ends the alert
/// once it is the usual.
/// <example>Slack 1, threshold 60: errors three times as large as usual add 1 each, and alert after 60 forecasts, a quarter of an hour.</example>
/// </remarks>
public sealed class DriftDetector(DriftSettings settings)
{
    /// <param name="error">Actual less forecast, on a scale on which the usual error is the same by day and by night.</param>
    public DriftState Judge(DriftState state, double error)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!double.IsFinite(error)) return state;

        var size = Math.Abs(error);
        var known = state.Count >= settings.Least;
        var ratio = known ? Math.Min(size / Math.Max(state.Mean, double.Epsilon), settings.MostRatio) : 1;
        var sum = known ? Math.Clamp(state.Sum + ratio - 1 - settings.Slack, 0, 2 * settings.Threshold) : 0;
        var count = state.Count + 1;
        var mean = state.Mean + Math.Max(1.0 / count, 1.0 / settings.Memory) * (size - state.Mean);
        return new DriftState(count, mean, sum, state.Alert ? sum > 0 : sum > settings.Threshold);
    }
}

/// <param name="Slack">How much worse than usual is still usual.</param>
/// <param name="Threshold">Sum at which the alert begins; it ends when the sum is back at 0.</param>
/// <param name="MostRatio">No single error counts for more.</param>
/// <param name="Memory">Errors over which the usual one is learned.</param>
/// <param name="Least">Errors needed first.</param>
public sealed record DriftSettings(double Slack, double Threshold, double MostRatio, int Memory, int Least)
{
    public static DriftSettings Default { get; } = new(1, 60, 5, 5760, 60);
}

public sealed record DriftState(int Count, double Mean, double Sum, bool Alert)
{
    public static DriftState Empty { get; } = new(0, 0, 0, false);
}
