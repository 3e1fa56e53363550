using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GenAI.Scheduling.Forecasting;

/// <summary>Forecasts arrivals by the candidate that has lately been best, with a band from its own recent errors.</summary>
/// <remarks>
/// Each bucket, every candidate says what the rate will be at the horizon; when that time comes its error is kept. The single
/// guess comes from the candidate with the least fading absolute error; the band's centre from the one with the least pinball
/// loss at the band's level (Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978), and its edge lies that
/// candidate's error quantile above it. Errors are scaled by the square root of the forecast, so that those made at night say
/// something about noon.
/// </remarks>
public sealed class ArrivalForecaster
{
    private const double LeastRate = 1.0 / 300;
    private const double RoomOverPeak = 1.25;
    private const double PeakMemorySeconds = 8 * 3600;
    private const int MostBucketsMissed = 240;
    private const int MedianWindows = 40;
    private readonly ForecastSettings _settings;
    private readonly double _bucketSeconds;
    private readonly int _windowBuckets;
    private readonly int _pendingBuckets;
    private readonly double _fading;

    public ArrivalForecaster(ForecastSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _bucketSeconds = settings.Bucket.TotalSeconds;
        _windowBuckets = Math.Max(1, (int)Math.Round(settings.Window / settings.Bucket));
        // The window that a prediction is compared with has its middle at the horizon.
        _pendingBuckets = Math.Max(1, (int)Math.Round((settings.Horizon + settings.Window / 2) / settings.Bucket));
        _fading = Math.Exp(-Math.Log(2) * (settings.Bucket / settings.Memory));
    }

    /// <summary>Counts arrivals that came since the last call; closes the buckets that ended meanwhile.</summary>
    public ForecastState Count(ForecastState state, double arrivals, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var bucket = (long)Math.Floor(now.ToUnixTimeMilliseconds() / (_bucketSeconds * 1000));
        if (state.Bucket < 0) return state with { Bucket = bucket, Counted = arrivals };
        if (bucket <= state.Bucket) return state with { Counted = state.Counted + arrivals };

        // Nobody looked for several buckets: what came in that time is spread over them.
        var closed = bucket - state.Bucket;
        var each = (state.Counted + arrivals) / closed;
        var first = Math.Max(state.Bucket, bucket - MostBucketsMissed);
        for (var at = first; at < bucket; at++) state = Close(state, at, each / _bucketSeconds);
        return state with { Bucket = bucket, Counted = 0 };
    }

    public Forecast Predict(ForecastState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Pending.IsEmpty) return new Forecast(0, Candidates.Names[0], 0, 0, 0);
        var latest = state.Pending.AsSpan()[(state.Pending.Length - Candidates.Count)..];
        var best = Least(state.AbsoluteErrors.AsSpan());
        var band = Least(state.BandLosses.AsSpan());
        return new Forecast(latest[best], Candidates.Names[best], latest[band], Upper(state, band, latest[band]), Lower(state, band, latest[band]));
    }

    /// <summary>Arrivals per second that the season's profile knows for the time from now to then; null while it knows too few seasons.</summary>
    public double? Seasonal(ForecastState state, DateTimeOffset now, TimeSpan before, TimeSpan after, int seasons)
    {
        ArgumentNullException.ThrowIfNull(state);
        var place = now.ToUnixTimeMilliseconds() / 1000.0 / _settings.Season.TotalSeconds;
        place = (place - Math.Floor(place)) * SeasonalProfile.SlotCount;
        var slots = SeasonalProfile.SlotCount / _settings.Season.TotalSeconds;
        return state.Profile.Between(place - before.TotalSeconds * slots, place + after.TotalSeconds * slots, seasons);
    }

    private ForecastState Close(ForecastState state, long bucket, double rate)
    {
        var (slot, place) = Place(bucket + 1);
        var buckets = Shifted(state.Buckets, rate, _windowBuckets);
        var windowRate = Mean(buckets.AsSpan());
        var windows = Shifted(state.Windows, windowRate, MedianWindows);
        state = Judge(state, windowRate);

        var carried = state.Carried.ToArray();
        Candidates.Learn(carried, rate, _bucketSeconds, state.Profile.At(place));
        var ahead = state.Profile.At(place + _settings.Horizon / _settings.Season * SeasonalProfile.SlotCount);
        Span<double> predictions = stackalloc double[Candidates.Count];
        Candidates.Predict(predictions, carried, windows.AsSpan(), windowRate, _settings.Horizon.TotalSeconds, ahead);
        return state with
        {
            Buckets = buckets,
            Peak = Math.Max(windowRate, state.Peak * Math.Exp(-_bucketSeconds / PeakMemorySeconds)),
            Windows = windows,
            Carried = ImmutableCollectionsMarshal.AsImmutableArray(carried),
            Profile = state.Profile.With(slot, rate),
            Pending = Appended(state.Pending, predictions),
        };
    }

    /// <summary>Compares the oldest predictions, when their time has come, with what happened.</summary>
    private ForecastState Judge(ForecastState state, double actual)
    {
        if (state.Pending.Length < _pendingBuckets * Candidates.Count) return state;

        var due = state.Pending.AsSpan(0, Candidates.Count);
        var chosen = Least(state.AbsoluteErrors.AsSpan());
        var accuracy = new ForecastAccuracy(
            state.Accuracy.Count + 1, state.Accuracy.Own + Math.Abs(actual - due[chosen]),
            state.Accuracy.LastValue + Math.Abs(actual - due[0]), (actual - due[chosen]) / Scale(due[chosen]));

        var absolute = state.AbsoluteErrors.ToArray();
        var losses = state.BandLosses.ToArray();
        var errors = new SortedWindow[Candidates.Count];
        for (var i = 0; i < Candidates.Count; i++)
        {
            absolute[i] = absolute[i] * _fading + Math.Abs(actual - due[i]);
            losses[i] = losses[i] * _fading + Pinball(actual - Upper(state, i, due[i]));
            errors[i] = state.Errors[i].With((actual - due[i]) / Scale(due[i]));
        }

        return state with
        {
            AbsoluteErrors = ImmutableCollectionsMarshal.AsImmutableArray(absolute),
            BandLosses = ImmutableCollectionsMarshal.AsImmutableArray(losses),
            Errors = ImmutableCollectionsMarshal.AsImmutableArray(errors),
            Accuracy = accuracy,
        };
    }

    private double Upper(ForecastState state, int candidate, double centre) => Math.Min(
        centre + Math.Max(0, state.Errors[candidate].Quantile(_settings.Level)) * Scale(centre),
        RoomOverPeak * Math.Max(centre, state.Peak));

    private double Lower(ForecastState state, int candidate, double centre) =>
        Math.Max(0, centre + Math.Min(0, state.Errors[candidate].Quantile(1 - _settings.Level)) * Scale(centre));

    private double Pinball(double error) => error >= 0 ? _settings.Level * error : (_settings.Level - 1) * error;

    private static double Scale(double rate) => Math.Sqrt(Math.Max(rate, LeastRate));

    private (int Slot, double Place) Place(long bucket)
    {
        var seasons = bucket * _bucketSeconds / _settings.Season.TotalSeconds;
        var place = (seasons - Math.Floor(seasons)) * SeasonalProfile.SlotCount;
        return ((int)place, place);
    }

    private ImmutableArray<double> Appended(ImmutableArray<double> pending, ReadOnlySpan<double> predictions)
    {
        var full = pending.Length >= _pendingBuckets * Candidates.Count;
        var kept = pending.AsSpan()[(full ? Candidates.Count : 0)..];
        var grown = new double[kept.Length + predictions.Length];
        kept.CopyTo(grown);
        predictions.CopyTo(grown.AsSpan(kept.Length));
        return ImmutableCollectionsMarshal.AsImmutableArray(grown);
    }

    private static ImmutableArray<double> Shifted(ImmutableArray<double> values, double newest, int most)
    {
        var kept = values.AsSpan()[(values.Length >= most ? values.Length - most + 1 : 0)..];
        var grown = new double[kept.Length + 1];
        kept.CopyTo(grown);
        grown[^1] = newest;
        return ImmutableCollectionsMarshal.AsImmutableArray(grown);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values) sum += value;
        return values.IsEmpty ? 0 : sum / values.Length;
    }

    private static int Least(ReadOnlySpan<double> values)
    {
        var least = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[least]) least = i;
        }

        return least;
    }
}
