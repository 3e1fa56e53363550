using FsCheck;
using FsCheck.Fluent;
using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

/// <summary>What holds for every scaler, whatever is measured.</summary>
public sealed class ScalingProperties
{
    private const int Min = 1, Max = 30;

    private static readonly ScalerSettings[] Scalers =
        [PredictiveSettings.Default, HpaSettings.Default, KpaSettings.Default, KedaSettings.Default, SpecificationSettings.Default];

    private static readonly Gen<(int Running, int Waiting, int Starting, int Arrived)[]> Measurements =
        (from running in Gen.Choose(0, 30)
         from waiting in Gen.Choose(0, 60)
         from starting in Gen.Choose(0, 5)
         from arrived in Gen.Choose(0, 60)
         select (running, waiting, starting, arrived)).ArrayOf(60);

    [Fact]
    public void Replicas_stay_within_bounds_and_rates() => Prop.ForAll(Measurements.ToArbitrary(), measurements =>
    {
        foreach (var scaler in Scalers)
        {
            var policy = new ScalingPolicy(Observed.Policy(scaler, Min, Max) with { Behaviour = Behaviour.Conservative });
            var counts = Replay(policy, measurements);
            for (var i = 1; i < counts.Count; i++)
            {
                if (counts[i].Desired is < Min or > Max) return false;

                // Half as many again, or one more, than a minute ago.
                var minute = Math.Max(0, i - 3);
                if (counts[i].Desired > counts[i].Current && counts[i].Desired > Math.Max(Math.Ceiling(counts[minute].Current * 1.5), counts[minute].Current + 1)
                    && counts.Skip(minute).Take(i - minute).All(count => count.Desired >= count.Current)) return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_missing_observation_changes_nothing() => Prop.ForAll(Measurements.ToArbitrary(), measurements =>
        Scalers.All(scaler =>
        {
            var policy = new ScalingPolicy(Observed.Policy(scaler, Min, Max));
            var (desired, _, state, now) = Replay(policy, measurements).LastOrDefault((Min, Min, ScalingState.Empty, Observed.Noon));
            return measurements.Length == 0 || policy.Decide(null, state, now.AddSeconds(15)).Desired == desired;
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void Constant_input_settles() => Prop.ForAll(Gen.Choose(0, 25).ToArbitrary(), running =>
        Scalers.All(scaler =>
        {
            var policy = new ScalingPolicy(Observed.Policy(scaler, Min, Max));
            var counts = Replay(policy, [.. Enumerable.Repeat((running, 0, 0, running), 720)]);
            return counts.TakeLast(60).Select(count => count.Desired).Distinct().Count() == 1;
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void More_jobs_never_ask_for_fewer_instances() => Prop.ForAll(Gen.Choose(0, 30).Two().ToArbitrary(), jobs =>
    {
        var (few, many) = (Math.Min(jobs.Item1, jobs.Item2), Math.Max(jobs.Item1, jobs.Item2));
        return Scalers.All(scaler => Once(scaler, few) <= Once(scaler, many));
    }).QuickCheckThrowOnFailure();

    /// <summary>Whatever happened before, a job that waits where there is no instance starts one, and what starts is not given up.</summary>
    [Fact]
    public void Scaling_to_zero_strands_no_job_and_stops_nothing_that_starts() => Prop.ForAll(Measurements.ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), (measurements, waiting) =>
        new ScalerSettings[] { PredictiveSettings.Default with { ActivationHold = TimeSpan.FromMinutes(1) }, KedaSettings.Default, HpaSettings.Default }.All(scaler =>
        {
            var policy = new ScalingPolicy(Observed.Policy(scaler, 0, Max) with { Behaviour = Behaviour.Balanced });
            var (_, _, state, now) = Replay(policy, measurements).LastOrDefault((0, 0, ScalingState.Empty, Observed.Noon));
            var arrivals = measurements.Sum(measurement => (long)measurement.Arrived);
            for (var quiet = 0; quiet < 80; quiet++)
            {
                now = now.AddSeconds(15);
                state = policy.Decide(Observed.At(now, 0, arrivals: arrivals), state, now).State;
            }

            var first = policy.Decide(Observed.At(now = now.AddSeconds(15), 0, waiting: waiting, arrivals: arrivals + waiting), state, now);
            var second = policy.Decide(
                Observed.At(now = now.AddSeconds(15), 0, waiting: waiting, starting: first.Desired, arrivals: arrivals + waiting), first.State, now);
            return first.Desired >= 1 && second.Desired >= (scaler is PredictiveSettings ? first.Desired : 1);
        })).QuickCheckThrowOnFailure();

    private static int Once(ScalerSettings scaler, int waiting) =>
        new ScalingPolicy(Observed.Policy(scaler, Min, Max)).Decide(
            Observed.At(Observed.Noon, 5, 5, waiting, utilization: 1), ScalingState.Empty, Observed.Noon).Desired;

    /// <summary>Replicas follow the decisions at once; every 15 s.</summary>
    private static List<(int Desired, int Current, ScalingState State, DateTimeOffset Now)> Replay(
        ScalingPolicy policy, (int Running, int Waiting, int Starting, int Arrived)[] measurements)
    {
        var (current, arrivals, state) = (Min, 0L, ScalingState.Empty);
        var counts = new List<(int, int, ScalingState, DateTimeOffset)>();
        for (var i = 0; i < measurements.Length; i++)
        {
            var (running, waiting, starting, arrived) = measurements[i];
            var now = Observed.Noon.AddSeconds(15 * i);
            arrivals += arrived;
            starting = Math.Min(starting, current);
            var busy = Math.Min(running, current - starting);
            var observation = Observed.At(
                now, current - starting, busy, waiting, starting, arrivals, current > starting ? (double)busy / (current - starting) : 0);
            var decision = policy.Decide(observation, state, now);
            counts.Add((decision.Desired, current, decision.State, now));
            (current, state) = (decision.Desired, decision.State);
        }

        return counts;
    }
}
