using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Anomalies;

/// <summary>Robust online detector for one series: latency, error rate, arrivals, GPU memory.</summary>
/// <remarks>
/// The season's usual value is taken off; what remains is compared with the median of recent remains in units of 1.4826 times
/// their median absolute deviation, which is the standard deviation where they are normal (Iglewicz and Hoaglin, "How to detect and
/// handle outliers", ASQC 1993). Neither is moved by a few wild values, so an anomaly does not hide the next one; nor is the season's
/// course, which learns an outlier only as far as the threshold (Huber, "Robust estimation of a location parameter", Annals of
/// Mathematical Statistics 35, 1964). Values are learned during an alert too: what goes on long enough becomes the usual.
/// <example>Latencies 20, 21, 19, 20, 22, 20, 19 …: median 20, MAD 1, one sigma 1.48. 25 is 3.4 sigmas off: an outlier; three in a row: an alert.</example>
/// </remarks>
public sealed class AnomalyDetector(AnomalySettings settings)
{
    private const double NormalPerMad = 1.4826;
    private const double Tiny = 1e-9;
    private const double LevelIntervals = 30;

    public (AnomalyVerdict Verdict, AnomalyState State) Judge(AnomalyState state, double? value, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (value is not { } measured || !double.IsFinite(measured)) return (new AnomalyVerdict(0, 0, false, state.Alert), state);

        var place = Place(at);
        var usual = state.Profile.At(place) ?? state.Level ?? measured;
        var residual = measured - usual;
        var middle = state.Residuals.Quantile(0.5);
        var spread = Spread(state.Residuals, middle, usual + middle);
        var known = state.Residuals.Count >= settings.Least;
        var sigmas = known ? (residual - middle) / spread : 0;
        var outlier = (settings.OnlyHigh ? sigmas : Math.Abs(sigmas)) > settings.Sigmas;

        var (streak, alert) = Follow(state, outlier, Math.Sign(sigmas));
        var reach = settings.Sigmas * spread;
        var tamed = known ? usual + middle + Math.Clamp(residual - middle, -reach, reach) : measured;
        state = Learned(state, tamed, residual, place, at) with { Streak = streak, Alert = alert };
        return (new AnomalyVerdict(usual + middle, sigmas, outlier, alert), state);
    }

    private double Spread(SortedWindow residuals, double middle, double expected)
    {
        var spread = Math.Max(NormalPerMad * RobustSpread.MedianDeviation(residuals, middle), Math.Abs(expected) * settings.Floor);
        if (settings.Counted)
        {
            var seconds = settings.Interval.TotalSeconds;
            spread = Math.Max(spread, Math.Sqrt(Math.Max(expected, 1 / seconds) / seconds));
        }

        return Math.Max(Tiny, Math.Max(spread, settings.LeastSpread));
    }

    private (int Streak, bool Alert) Follow(AnomalyState state, bool outlier, int side)
    {
        if (state.Alert)
        {
            var inOrder = outlier ? 0 : state.Streak + 1;
            return inOrder >= settings.Confirmations ? (0, false) : (inOrder, true);
        }

        if (!outlier) return (0, false);
        var streak = Math.Sign(state.Streak) == -side ? side : state.Streak + side;
        return Math.Abs(streak) >= settings.Confirmations ? (0, true) : (streak, false);
    }

    /// <param name="tamed">The measured value, drawn in to the threshold where it is beyond.</param>
    private AnomalyState Learned(AnomalyState state, double tamed, double residual, double place, DateTimeOffset at)
    {
        var interval = (long)Math.Floor(at.ToUnixTimeMilliseconds() / settings.Interval.TotalMilliseconds);
        if (interval <= state.Interval) return state;
        var level = state.Level is { } before ? before + (tamed - before) / LevelIntervals : tamed;
        return state with
        {
            Profile = state.Profile.With((int)place, tamed), Level = level, Residuals = state.Residuals.With(residual), Interval = interval,
        };
    }

    private double Place(DateTimeOffset at)
    {
        var seasons = at.ToUnixTimeMilliseconds() / settings.Season.TotalMilliseconds;
        return (seasons - Math.Floor(seasons)) * SeasonalProfile.SlotCount;
    }
}
