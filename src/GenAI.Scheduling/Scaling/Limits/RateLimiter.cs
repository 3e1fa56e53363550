using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Scaling.Limits;

/// <summary>Stabilisation windows and rates of a <see cref="Behaviour"/>.</summary>
/// <remarks>
/// Kubernetes, pkg/controller/podautoscaler/horizontal.go: stabilizeRecommendationWithBehaviors, then
/// convertDesiredReplicasWithBehaviorRate with calculateScaleUpLimitWithScalingRules (rounded up, so that a percentage of few
/// replicas is not nothing) and calculateScaleDownLimitWithBehaviors (rounded towards zero). A period starts with the replicas
/// of now, less those added within it, plus those removed within it.
/// <example>10 instances, 5 of them added 20 s ago, 100 % per 60 s: the period began with 5, so 10 are allowed and none may be added.</example>
/// </remarks>
internal static class RateLimiter
{
    public static int Stabilize(Behaviour behaviour, int desired, int current, ImmutableArray<Recommendation> window, DateTimeOffset now)
    {
        if (desired == current || window.IsEmpty) return desired;
        return desired > current
            ? Math.Max(current, Math.Min(desired, Windows.Lowest(window, now - behaviour.Up.StabilizationWindow)))
            : Math.Min(current, Math.Max(desired, Windows.Highest(window, now - behaviour.Down.StabilizationWindow)));
    }

    public static int Limit(Behaviour behaviour, int desired, int current, ImmutableArray<ScaleChange> changes, DateTimeOffset now)
    {
        if (desired > current) return Math.Min(desired, Math.Max(current, UpLimit(behaviour.Up, current, changes, now)));
        if (desired < current) return Math.Max(desired, Math.Min(current, DownLimit(behaviour.Down, current, changes, now)));
        return desired;
    }

    public static ImmutableArray<ScaleChange> Remember(Behaviour behaviour, ImmutableArray<ScaleChange> changes, int by, DateTimeOffset now)
    {
        var oldest = now - behaviour.Memory;
        var first = 0;
        while (first < changes.Length && changes[first].At < oldest) first++;
        if (by == 0) return first == 0 ? changes : changes.RemoveRange(0, first);

        var kept = new ScaleChange[changes.Length - first + 1];
        changes.AsSpan()[first..].CopyTo(kept);
        kept[^1] = new ScaleChange(now, by);
        return ImmutableCollectionsMarshal.AsImmutableArray(kept);
    }

    private static int UpLimit(ScalingRules rules, int current, ImmutableArray<ScaleChange> changes, DateTimeOffset now)
    {
        if (rules.Select == RateSelection.Disabled) return current;
        if (rules.Rates.IsEmpty) return int.MaxValue;
        var limit = rules.Select == RateSelection.Max ? 0 : int.MaxValue;
        foreach (var rate in rules.Rates)
        {
            var start = PeriodStart(current, changes, now - rate.Period);
            var proposed = rate.Kind == RateKind.Instances ? start + rate.Value : (int)Math.Ceiling(start * (1 + rate.Value / 100.0));
            limit = rules.Select == RateSelection.Max ? Math.Max(limit, proposed) : Math.Min(limit, proposed);
        }

        return limit;
    }

    private static int DownLimit(ScalingRules rules, int current, ImmutableArray<ScaleChange> changes, DateTimeOffset now)
    {
        if (rules.Select == RateSelection.Disabled) return current;
        if (rules.Rates.IsEmpty) return 0;
        var limit = rules.Select == RateSelection.Max ? int.MaxValue : 0;
        foreach (var rate in rules.Rates)
        {
            var start = PeriodStart(current, changes, now - rate.Period);
            var proposed = rate.Kind == RateKind.Instances ? start - rate.Value : (int)(start * (1 - rate.Value / 100.0));
            limit = rules.Select == RateSelection.Max ? Math.Min(limit, proposed) : Math.Max(limit, proposed);
        }

        return limit;
    }

    private static int PeriodStart(int current, ImmutableArray<ScaleChange> changes, DateTimeOffset since)
    {
        var start = current;
        for (var i = changes.Length - 1; i >= 0 && changes[i].At > since; i--) start -= changes[i].By;
        return Math.Max(0, start);
    }
}
