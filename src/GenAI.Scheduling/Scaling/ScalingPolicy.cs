using System.Collections.Immutable;
using System.Globalization;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Scaling;

/// <summary>Decides how many instances of one model there should be: values and the time in, values out.</summary>
/// <remarks>
/// In this order: what was learned; the highest recommendation of the scalers; stabilisation and rates; bounds of the policy and
/// of the schedules in force; budget; emergency limit. Without a fresh observation nothing changes. If one scaler has no opinion,
/// the others may raise the count and not lower it, as in Kubernetes' HPA with several metrics.
/// <example>
/// Two scalers say 4 and 7; at most 2 more per minute from the present 3; 5 is within the bounds, the budget pays for 4: 4.
/// </example>
/// </remarks>
public sealed class ScalingPolicy
{
    private readonly ScalingPolicyDefinition _definition;
    private readonly ImmutableArray<IScaler> _scalers;

    public ScalingPolicy(ScalingPolicyDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _definition = definition;
        _scalers = [.. definition.Scalers.Select(settings => settings.Create())];
    }

    public string Model => _definition.Model;

    /// <param name="observation">Null when nothing could be measured.</param>
    /// <param name="state">What the last decision returned; <see cref="ScalingState.Empty"/> at first.</param>
    public ScalingDecision Decide(ScalingObservation? observation, ScalingState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var fresh = observation is not null && now - observation.MeasuredAt <= _definition.StaleAfter ? observation : null;
        var current = fresh?.Current ?? state.LastDesired ?? observation?.Current ?? _definition.MinInstances;
        var bounds = Bounds.At(_definition, now);
        state = Accounted(state, fresh, now);

        var context = new ScalingContext(now, current, bounds.Min, bounds.Max, state.Learned?.Factor ?? 1);
        var (advised, reason, memories) = Ask(fresh, state, context);
        state = state with { Memories = memories };
        return advised is { } wanted
            ? Limited(wanted, reason, fresh, state, context, bounds)
            : Finish(current, $"hold {current}: {reason}", state, current, now);
    }

    private (int? Advised, string Reason, ImmutableArray<ScalerMemory> Memories) Ask(
        ScalingObservation? observation, ScalingState state, in ScalingContext context)
    {
        var memories = ImmutableArray.CreateBuilder<ScalerMemory>(_scalers.Length);
        int? highest = null;
        var silent = false;
        var reason = "";
        for (var i = 0; i < _scalers.Length; i++)
        {
            var memory = i < state.Memories.Length ? state.Memories[i] : NoMemory.Instance;
            var advice = _scalers[i].Advise(observation, memory, context);
            memories.Add(advice.Memory);
            silent |= advice.Desired is null;
            if (advice.Desired is not { } desired || desired <= highest)
            {
                if (highest is null) reason = advice.Reason;
                continue;
            }

            (highest, reason) = (desired, $"{_scalers[i].Kind}: {advice.Reason}");
        }

        if (silent && highest < context.Current) (highest, reason) = (null, "not all metrics are there, so nothing is taken away");
        return (highest, reason, memories.MoveToImmutable());
    }

    private ScalingDecision Limited(
        int wanted, string reason, ScalingObservation? observation, ScalingState state, in ScalingContext context, Bounds bounds)
    {
        var (now, current) = (context.Now, context.Current);
        var behaviour = _definition.Behaviour;
        var stable = RateLimiter.Stabilize(behaviour, wanted, current, state.Recommendations, now);
        Note(ref reason, stable, wanted, "stabilised");
        if (behaviour.Memory > TimeSpan.Zero)
            state = state with { Recommendations = Windows.With(state.Recommendations, now - behaviour.Memory, new Recommendation(now, wanted)) };

        var rated = RateLimiter.Limit(behaviour, stable, current, state.Changes, now);
        Note(ref reason, rated, stable, "rate-limited");
        if (rated == 0 && observation?.Concurrency > 0) rated = 1;
        var bounded = Math.Clamp(rated, bounds.Min, bounds.Max);
        Note(ref reason, bounded, rated, bounds.Schedule is null ? "bounded" : $"bounded by schedule '{bounds.Schedule}'");

        var paid = bounded;
        if (_definition.Budget is { } budget && state.Spending is { } spending)
        {
            paid = Math.Max(BudgetLimiter.Most(budget, _definition.Spot, spending, bounded), Math.Min(bounded, bounds.Min));
            if (paid != bounded)
                Note(ref reason, paid, bounded, FormattableString.Invariant($"budget, {spending.Forecast:0} {budget.Currency} expected this month"));
        }

        var desired = Math.Min(paid, _definition.EmergencyLimit ?? int.MaxValue);
        Note(ref reason, desired, paid, "EMERGENCY LIMIT");
        return Finish(desired, reason, state, current, now);
    }

    private ScalingDecision Finish(int desired, string reason, ScalingState state, int current, DateTimeOffset now) => new(
        desired, _definition.Spot?.Of(desired) ?? 0, reason,
        state with
        {
            Changes = RateLimiter.Remember(_definition.Behaviour, state.Changes, desired - current, now),
            LastDesired = desired,
        });

    private ScalingState Accounted(ScalingState state, ScalingObservation? observation, DateTimeOffset now)
    {
        if (observation is null) return state;
        if (_definition.Learning is { } learning)
            state = state with { Learned = LearnedTarget.Next(state.Learned, learning, observation) };
        if (_definition.Budget is { } budget)
            state = state with { Spending = Spending.Next(state.Spending, budget.Rate(observation.Current - observation.Spot, observation.Spot), now) };
        return state;
    }

    private static void Note(ref string reason, int after, int before, string why)
    {
        if (after != before) reason = string.Create(CultureInfo.InvariantCulture, $"{reason}; {why}: {before} → {after}");
    }
}
