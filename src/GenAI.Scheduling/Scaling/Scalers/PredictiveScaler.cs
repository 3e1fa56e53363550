using System.Collections.Immutable;
using GenAI.Scheduling.Forecasting;

namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>Starts instances for the arrivals that there will be when they are ready, and keeps them as long as a restart would cost.</summary>
/// <remarks>
/// The larger of two numbers, and what drains the backlog. The first: the servers that are worth their cost in late jobs spared
/// (<see cref="Staffing.Servers"/>) for the usual load, which is the forecast's centre at the cold-start horizon or the concurrency
/// of the last minutes, whichever is more (long jobs stay after the arrivals have stopped). The second: what a surge to the
/// forecast's upper edge needs. Should arrivals jump to λ at once, n instances of service time s fall behind by (λ − n / s) c within
/// a cold start c, and the last in that line waits (λ s / n − 1) c; half the promised wait w may go to it, so n ≥ λ s c / (c + w / 2).
/// Where jobs are long beside a cold start, λ s is not reached in it: from a to λ s the jobs in service grow by (λ s − a) (1 − e^(−c / s)).
/// The count falls no lower than its highest of the last hold: an instance kept idle as long as a start takes costs no more than
/// twice what a clairvoyant would pay (ski rental: Karlin, Manasse, Rudolph, Sleator, "Competitive snoopy caching", Algorithmica 3,
/// 1988). The last instance stays for an activation hold after the last job, and nothing that is still starting is given up.
/// <example>
/// 2 to 3 jobs/s expected, 20 s each, cold start 120 s, wait 30 s: 48 for the usual load of 40, where an instance that spares
/// 0.8 / (40 / 2)^1.5 = 0.009 late jobs an hour is worth it; 3 · 20 · 120 / 135 = 53.3 in a surge; nobody waits: 54 instances.
/// </example>
/// </remarks>
public sealed class PredictiveScaler(PredictiveSettings settings) : IScaler
{
    private const int SeasonsKnown = 2;
    private const double SoonFree = 0.5;
    private const double PriorJobs = 5;
    private const double LargeLoad = 2;
    private const double SparedFall = 1.5;
    private static readonly TimeSpan QuietHold = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(45);
    private readonly ArrivalForecaster _forecaster = new(settings.Forecast);

    public string Kind => "predictive";

    public ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context)
    {
        var state = memory as PredictiveMemory ?? PredictiveMemory.Starting(observation, context.Now);
        if (observation is null) return ScalerAdvice.Hold(state, "no metrics");

        var coldStart = observation.ColdStartSeconds ?? settings.Forecast.Horizon.TotalSeconds;
        state = Learned(state, observation, coldStart, context.Now);
        var forecast = _forecaster.Predict(state.Forecast);
        var service = state.ServiceSeconds ?? settings.AssumedServiceSeconds;
        var usual = Math.Max(forecast.Centre * service, state.RecentConcurrency);
        var staffed = usual > settings.LeastLoad ? Staffing.Servers(usual, service, settings.MaxWaitSeconds, Spared(usual)) : 0;
        var room = context.TargetFactor * (forecast.Upper - forecast.Centre) * (1 - Math.Exp(-coldStart / service));
        var upper = (forecast.Centre + room) * service;
        var surge = upper > settings.LeastLoad ? upper * coldStart / (coldStart + settings.MaxWaitSeconds / 2) : 0;
        var backlog = Backlog(observation, service);
        var needed = (int)Math.Ceiling(Math.Max(staffed, surge) + backlog - 1e-9);

        state = state with { Needs = Windows.With(state.Needs, context.Now - settings.Hold, new Recommendation(context.Now, needed)) };
        var desired = needed >= context.Current ? needed : Math.Min(context.Current, Windows.Highest(state.Needs, context.Now - settings.Hold));
        if (Awake(state, context.Now)) desired = Math.Max(desired, 1);
        desired = Math.Max(desired, observation.Starting);
        return new ScalerAdvice(
            Math.Clamp(desired, context.MinInstances, context.MaxInstances), state,
            $"{forecast.Centre:0.###} to {forecast.Upper:0.###}/s expected, {service:0.#} s each: {staffed} usually, {surge:0.#} in a surge, and {backlog:0.#} for {observation.Waiting} waiting");
    }

    /// <summary>Late jobs per hour that justify an instance: fewer where the load is large, of which an instance more is a smaller part.</summary>
    private double Spared(double load) => settings.SparedPerHour / Math.Pow(Math.Max(1, load / LargeLoad), SparedFall);

    /// <summary>
    /// Instances for those who wait: enough to be done with them in the drain time, and no more than one for each of them. Where
    /// few wait for many instances one is free before a new one could have started, so they ask for none.
    /// </summary>
    private double Backlog(ScalingObservation observation, double service) => Math.Max(0, Math.Min(
        observation.Waiting * service / settings.DrainSeconds, observation.Waiting - SoonFree * observation.Ready));

    /// <summary>
    /// Whether the last instance stays: for the activation hold, or, once the season is known, while the profile expects
    /// somebody around this time. A start that comes too late costs its job's promise, so a doubtful hour is an hour awake,
    /// and so is every hour while too many came too early.
    /// </summary>
    private bool Awake(PredictiveMemory state, DateTimeOffset now)
    {
        var idle = now - state.LastActive;
        if (idle < QuietHold) return true;
        if (state.Sleep.IsSpent(settings.AsleepShare)) return true;
        return _forecaster.Seasonal(state.Forecast, now, Around, Around, SeasonsKnown) is { } rate
            ? rate * 3600 > settings.QuietArrivalsPerHour
            : idle < settings.ActivationHold;
    }

    private PredictiveMemory Learned(PredictiveMemory state, ScalingObservation observation, double coldStart, DateTimeOffset now)
    {
        var arrived = Grown(state.Arrivals, observation.Arrivals);
        var completed = Grown(state.Completions, observation.Completions);
        var seconds = observation.ServiceSeconds >= state.TotalServiceSeconds ? observation.ServiceSeconds - state.TotalServiceSeconds : observation.ServiceSeconds;
        var (service, weight) = (state.ServiceSeconds, state.ServiceWeight);
        if (completed > 0)
        {
            // The first jobs to finish are the short ones: what is assumed counts as some jobs, until many have finished.
            var known = service ?? settings.AssumedServiceSeconds;
            weight = Math.Min(settings.ServiceMemory, (service is null ? PriorJobs : weight) + completed);
            service = known + Math.Min(1, completed / weight) * (seconds / completed - known);
        }

        return state with
        {
            Arrivals = observation.Arrivals,
            Completions = observation.Completions,
            TotalServiceSeconds = observation.ServiceSeconds,
            ServiceSeconds = service,
            ServiceWeight = weight,
            Sleep = state.Sleep.Next(arrived, observation.Ready == 0 && coldStart > settings.MaxWaitSeconds, now - state.At),
            Forecast = _forecaster.Count(state.Forecast, arrived, now),
            RecentConcurrency = state.RecentConcurrency + RecentWeight(now - state.At) * (observation.Concurrency - state.RecentConcurrency),
            At = now,
            LastActive = observation.Concurrency > 0 || arrived > 0 ? now : state.LastActive,
        };
    }

    private double RecentWeight(TimeSpan elapsed) => 1 - Math.Exp(-Math.Max(0, elapsed.TotalSeconds) / settings.RecentSeconds);

    /// <summary>A counter that fell was restarted and counts from zero.</summary>
    private static long Grown(long before, long after) => after >= before ? after - before : after;
}

/// <param name="MaxWaitSeconds">The wait that is promised.</param>
/// <param name="SparedPerHour">Late jobs per hour that an instance more must spare, at a small load; fewer are enough at larger ones.</param>
/// <param name="DrainSeconds">A backlog is to be gone in this time.</param>
/// <param name="Hold">How long a need is remembered before instances go.</param>
/// <param name="ActivationHold">How long after the last job the last instance goes.</param>
/// <param name="QuietArrivalsPerHour">Seasonal arrivals below which the last instance goes a quarter of an hour after the last job.</param>
/// <param name="RecentSeconds">Time over which the concurrency is averaged that counts beside the forecast: long jobs stay.</param>
/// <param name="LeastLoad">Expected load, in instances, below which none is kept for it.</param>
/// <param name="AssumedServiceSeconds">Until a job has finished; counts as five jobs after that.</param>
/// <param name="ServiceMemory">Jobs over which the mean service time is learned.</param>
/// <param name="AsleepShare">Share of the jobs that may find no instance ready; when more did lately, the last instance stays.</param>
public sealed record PredictiveSettings(
    double MaxWaitSeconds,
    double SparedPerHour,
    double DrainSeconds,
    TimeSpan Hold,
    TimeSpan ActivationHold,
    double QuietArrivalsPerHour,
    double RecentSeconds,
    double LeastLoad,
    double AssumedServiceSeconds,
    double ServiceMemory,
    double AsleepShare,
    ForecastSettings Forecast)
    : ScalerSettings
{
    /// <summary>What sleeping may spend of the late jobs that the tier allows; the rest is for surges.</summary>
    private const double SleepsPart = 0.5;

    public static PredictiveSettings Default { get; } = For(ServiceTier.Premium);

    /// <summary>For instances that take this long to start: forecasts reach as far, and idle ones are kept as long.</summary>
    public PredictiveSettings WithColdStart(TimeSpan coldStart)
    {
        var horizon = coldStart < Forecast.Bucket ? Forecast.Bucket : coldStart;
        if (horizon > ForecastSettings.FurthestHorizon) horizon = ForecastSettings.FurthestHorizon;
        return this with { Hold = coldStart, Forecast = Forecast with { Horizon = horizon } };
    }

    public static PredictiveSettings For(ServiceTier tier) => new(
        tier.MaxWaitSeconds, tier.SparedPerHour, tier.MaxWaitSeconds / 2, TimeSpan.FromSeconds(120), tier.ActivationHold, 0.5, 300, 0.05, 20, 500,
        SleepsPart * (1 - tier.ObjectiveShare), ForecastSettings.Default with { Level = tier.ForecastLevel });

    public override IScaler Create() => new PredictiveScaler(this);
}

/// <summary>What the predictive scaler knows: the counters it saw last, the mean service time, the forecast, recent needs.</summary>
public sealed record PredictiveMemory(
    long Arrivals,
    long Completions,
    double TotalServiceSeconds,
    double? ServiceSeconds,
    double ServiceWeight,
    double RecentConcurrency,
    DateTimeOffset At,
    DateTimeOffset LastActive,
    SleepBudget Sleep,
    ForecastState Forecast,
    ImmutableArray<Recommendation> Needs) : ScalerMemory
{
    internal static PredictiveMemory Starting(ScalingObservation? observation, DateTimeOffset now) => new(
        observation?.Arrivals ?? 0, observation?.Completions ?? 0, observation?.ServiceSeconds ?? 0, null, 0, observation?.Concurrency ?? 0, now, now, SleepBudget.Full,
        ForecastState.Empty, []);
}
