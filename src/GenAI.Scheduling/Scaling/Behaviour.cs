using System.Collections.Immutable;

namespace GenAI.Scheduling.Scaling;

/// <summary>How fast the number of instances may change, as in the <c>behavior</c> of Kubernetes' autoscaling/v2.</summary>
public sealed record Behaviour(ScalingRules Up, ScalingRules Down)
{
    /// <summary>Longest period or window that the rules look back on.</summary>
    internal TimeSpan Memory { get; } = Longest(Up, Down);

    /// <summary>The defaults of autoscaling/v2: 100 % or 4 instances per 15 s up, 100 % per 15 s down after 300 s.</summary>
    public static Behaviour Kubernetes { get; } = new(
        new ScalingRules(TimeSpan.Zero, [new(RateKind.Percent, 100, Seconds(15)), new(RateKind.Instances, 4, Seconds(15))]),
        new ScalingRules(Seconds(300), [new(RateKind.Percent, 100, Seconds(15))]));

    /// <summary>Half as many again per minute up; a tenth per minute down, after ten minutes.</summary>
    public static Behaviour Conservative { get; } = new(
        new ScalingRules(Seconds(60), [new(RateKind.Percent, 50, Seconds(60)), new(RateKind.Instances, 1, Seconds(60))]),
        new ScalingRules(Seconds(600), [new(RateKind.Percent, 10, Seconds(60)), new(RateKind.Instances, 1, Seconds(60))]));

    /// <summary>
    /// Twice as many, or 64 more, in 15 s up: a queue that was met with too few instances grows for as long as a start takes.
    /// Half in a minute down, at once: the scaler itself decides how long to wait.
    /// </summary>
    public static Behaviour Balanced { get; } = new(
        new ScalingRules(TimeSpan.Zero, [new(RateKind.Percent, 100, Seconds(15)), new(RateKind.Instances, 64, Seconds(15))]),
        new ScalingRules(TimeSpan.Zero, [new(RateKind.Percent, 50, Seconds(60)), new(RateKind.Instances, 2, Seconds(60))]));

    /// <summary>300 %, or 64, more in 15 s up; anything down.</summary>
    public static Behaviour Aggressive { get; } = new(
        new ScalingRules(TimeSpan.Zero, [new(RateKind.Percent, 300, Seconds(15)), new(RateKind.Instances, 64, Seconds(15))]),
        new ScalingRules(TimeSpan.Zero, [new(RateKind.Percent, 100, Seconds(15))]));

    /// <summary>No rate limit and no window: for a scaler with its own.</summary>
    public static Behaviour Unlimited { get; } = new(new ScalingRules(TimeSpan.Zero, []), new ScalingRules(TimeSpan.Zero, []));

    public static ImmutableDictionary<string, Behaviour> ByName { get; } = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, Behaviour>[]
        {
            new("conservative", Conservative), new("balanced", Balanced), new("aggressive", Aggressive),
            new("kubernetes", Kubernetes), new("unlimited", Unlimited),
        });

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Longest(ScalingRules up, ScalingRules down)
    {
        var longest = up.StabilizationWindow > down.StabilizationWindow ? up.StabilizationWindow : down.StabilizationWindow;
        foreach (var rate in up.Rates.Concat(down.Rates)) longest = rate.Period > longest ? rate.Period : longest;
        return longest;
    }
}

/// <summary>Rules of one direction. Without rates there is no limit; with <see cref="RateSelection.Disabled"/> there is no change.</summary>
/// <param name="StabilizationWindow">Up: the lowest recommendation inside it counts; down: the highest.</param>
public sealed record ScalingRules(TimeSpan StabilizationWindow, ImmutableArray<Rate> Rates, RateSelection Select = RateSelection.Max);

/// <summary>At most <paramref name="Value"/> (instances, or per cent of those at the period's start) within <paramref name="Period"/>.</summary>
public sealed record Rate(RateKind Kind, int Value, TimeSpan Period);

public enum RateKind
{
    Instances,
    Percent,
}

/// <summary>Which of several rates counts: the one that allows the most change, the least, or none at all.</summary>
public enum RateSelection
{
    Max,
    Min,
    Disabled,
}
