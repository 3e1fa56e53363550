using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>Knative's pod autoscaler on concurrency: a stable window, and a panic window for bursts.</summary>
/// <remarks>
/// knative/serving, pkg/autoscaler/scaling/autoscaler.go, Scale: the mean of each window over the target, rounded up, kept inside
/// <c>[floor(ready / maxScaleDownRate), ceil(maxScaleUpRate × ready)]</c>; panic when the panic window asks for at least
/// threshold × ready, and for a stable window after it last did; in panic the count only rises; then the highest of the scale-down
/// delay. Defaults of config-autoscaler: 60 s, panic window 10 % of it, threshold 200 %, rates 1000 and 2, utilisation 70 %.
/// <example>2 ready, target 0.7, the panic window's mean 3 jobs: ceil(4.3) = 5 ≥ 2 × 2, so panic and 5 instances at once.</example>
/// </remarks>
public sealed class KpaScaler(KpaSettings settings) : IScaler
{
    public string Kind => "kpa";

    public ScalerAdvice Advise(ScalingObservation? observation, ScalerMemory memory, in ScalingContext context)
    {
        var state = memory as KpaMemory ?? KpaMemory.Starting(context);
        if (observation is null) return ScalerAdvice.Hold(state, "no metrics");

        var samples = Sampled(state.Samples, new ConcurrencySample(context.Now, observation.Concurrency), context.Now - settings.StableWindow);
        var target = settings.TargetConcurrency / context.TargetFactor;
        var ready = Math.Max(1, observation.Ready);
        var stable = Asked(Mean(samples, context.Now - settings.StableWindow), target, ready);
        var panicRaw = (int)Math.Ceiling(Mean(samples, context.Now - settings.PanicWindow) / target);
        var panic = Clamped(panicRaw, ready);

        var over = (double)panicRaw / ready >= settings.PanicThreshold;
        var since = over ? context.Now : state.PanicSince;
        if (!over && since is { } began && began + settings.StableWindow < context.Now) since = null;

        var desired = stable;
        var highest = since is null ? 0 : Math.Max(state.HighestInPanic, Math.Max(stable, panic));
        if (since is not null) desired = highest;

        var delayed = state.Delayed;
        if (settings.ScaleDownDelay > TimeSpan.Zero)
        {
            delayed = Windows.With(delayed, context.Now - settings.ScaleDownDelay, new Recommendation(context.Now, desired));
            desired = Windows.Highest(delayed, context.Now - settings.ScaleDownDelay);
        }

        return new ScalerAdvice(
            Math.Clamp(desired, context.MinInstances, context.MaxInstances),
            new KpaMemory(samples, since, highest, delayed),
            since is null ? $"the stable window asks for {stable}" : $"panic: the windows ask for {stable} and {panic}");
    }

    private int Asked(double mean, double target, int ready) => Clamped((int)Math.Ceiling(mean / target), ready);

    private int Clamped(int wanted, int ready) => (int)Math.Min(
        Math.Max(wanted, Math.Floor(ready / settings.MaxScaleDownRate)),
        Math.Ceiling(ready * settings.MaxScaleUpRate));

    private static double Mean(ImmutableArray<ConcurrencySample> samples, DateTimeOffset since)
    {
        double sum = 0;
        var count = 0;
        for (var i = samples.Length - 1; i >= 0 && samples[i].At > since; i--, count++) sum += samples[i].Jobs;
        return count == 0 ? 0 : sum / count;
    }

    private static ImmutableArray<ConcurrencySample> Sampled(
        ImmutableArray<ConcurrencySample> samples, ConcurrencySample newest, DateTimeOffset oldest)
    {
        var first = 0;
        while (first < samples.Length && samples[first].At <= oldest) first++;
        var kept = new ConcurrencySample[samples.Length - first + 1];
        samples.AsSpan()[first..].CopyTo(kept);
        kept[^1] = newest;
        return ImmutableCollectionsMarshal.AsImmutableArray(kept);
    }
}

/// <param name="TargetConcurrency">Jobs per instance: containerConcurrency 1 at 70 % utilisation.</param>
/// <param name="PanicThreshold">Times the ready instances that the panic window must ask for.</param>
public sealed record KpaSettings(
    double TargetConcurrency,
    TimeSpan StableWindow,
    TimeSpan PanicWindow,
    double PanicThreshold,
    double MaxScaleUpRate,
    double MaxScaleDownRate,
    TimeSpan ScaleDownDelay)
    : ScalerSettings
{
    public static KpaSettings Default { get; } = new(
        0.7, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(6), 2, 1000, 2, TimeSpan.Zero);

    public override IScaler Create() => new KpaScaler(this);
}

public readonly record struct ConcurrencySample(DateTimeOffset At, int Jobs);

public sealed record KpaMemory(
    ImmutableArray<ConcurrencySample> Samples, DateTimeOffset? PanicSince, int HighestInPanic, ImmutableArray<Recommendation> Delayed)
    : ScalerMemory
{
    /// <summary>As Knative's after a restart: in panic when there is more than one instance, so that a short history takes none away.</summary>
    internal static KpaMemory Starting(in ScalingContext context) =>
        new([], context.Current > 1 ? context.Now : null, context.Current, []);
}
