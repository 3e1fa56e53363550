using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class PredictiveScalerTests
{
    private static readonly PredictiveSettings Settings = PredictiveSettings.Default with { ActivationHold = TimeSpan.FromMinutes(30) };
    private readonly ScalingPolicy _policy = new(Observed.Policy(Settings));

    [Fact]
    public void A_waiting_job_starts_an_instance_from_zero()
    {
        Assert.True(_policy.Decide(Observed.At(Observed.Noon, 0, waiting: 1, arrivals: 1), ScalingState.Empty, Observed.Noon).Desired >= 1);
    }

    [Fact]
    public void What_is_starting_is_never_given_up()
    {
        var (decision, _) = Quiet(minutes: 60, starting: 3);
        Assert.Equal(3, decision.Desired);
    }

    [Fact]
    public void The_last_instance_goes_after_the_activation_hold_and_not_before()
    {
        Assert.Equal(1, Quiet(minutes: 29).Decision.Desired);
        Assert.Equal(0, Quiet(minutes: 31).Decision.Desired);
    }

    [Theory]
    [InlineData(1, 30, 0)] // one a week is granted
    [InlineData(2, 30, 1)] // two are more than the promise bears
    [InlineData(2, 300, 0)] // a start is quicker than what is promised
    public void Who_finds_the_model_asleep_too_often_keeps_it_awake(int times, int promisedWait, int expected)
    {
        // Nothing is kept for surges.
        var policy = new ScalingPolicy(Observed.Policy(Settings with { MaxWaitSeconds = promisedWait, Forecast = Settings.Forecast with { Level = 0.5 } }));
        var (state, now, arrivals) = (ScalingState.Empty, Observed.Noon, 0L);
        for (var i = 0; i < times; i++)
        {
            See(Observed.At(now, 0, arrivals: arrivals));
            See(Observed.At(now = now.AddSeconds(15), 0, waiting: 1, arrivals: ++arrivals));
            See(Observed.At(now = now.AddSeconds(120), 1, 1, arrivals: arrivals));
            now = now.AddMinutes(40);
        }

        Assert.Equal(expected, See(Observed.At(now, 1, arrivals: arrivals)));
        // In ten weeks it is forgotten.
        now = now.AddDays(70);
        Assert.Equal(0, See(Observed.At(now, 1, arrivals: arrivals)));

        int See(ScalingObservation seen)
        {
            var decision = policy.Decide(seen, state, now);
            state = decision.State;
            return decision.Desired;
        }
    }

    [Fact]
    public void Jobs_that_are_long_beside_a_start_pile_up_slowly_and_need_little_room_for_a_surge()
    {
        // A load of twelve: one job of ten minutes in fifty seconds. Four in a minute are no forty instances.
        var random = new Random(1);
        var (state, arrivals, most) = (ScalingState.Empty, 0L, 0);
        for (var i = 0; i < 960; i++)
        {
            var now = Observed.Noon.AddSeconds(15 * i);
            if (random.NextDouble() < 15 / 50.0) arrivals++;
            var seen = Observed.At(now, 12, running: 12, arrivals: arrivals) with { Completions = arrivals, ServiceSeconds = 600.0 * arrivals };
            var decision = _policy.Decide(seen, state, now);
            state = decision.State;
            if (i >= 480) most = Math.Max(most, decision.Desired);
        }

        Assert.InRange(most, 13, 30);
    }

    [Fact]
    public void A_steady_load_is_staffed_with_room_and_without_flapping()
    {
        var state = ScalingState.Empty;
        var desired = new List<int>();
        for (var i = 0; i < 480; i++)
        {
            // Exactly two jobs a second of 20 s each: 40 instances are busy.
            var now = Observed.Noon.AddSeconds(15 * i);
            var observation = Observed.At(now, 50, running: 40, arrivals: 30L * i) with { Completions = 30L * i, ServiceSeconds = 600.0 * i };
            var decision = _policy.Decide(observation, state, now);
            state = decision.State;
            desired.Add(decision.Desired);
        }

        Assert.Single(desired.Skip(240).Distinct());
        Assert.InRange(desired[^1], 41, 50);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(8, 3)]
    public void Few_who_wait_for_many_instances_ask_for_none(int waiting, int more)
    {
        // Ten are ready; half of them are free before another could have started. Jobs take 20 s, as long as none has finished.
        var none = Asked(0);
        Assert.Equal(none + more, Asked(waiting));

        int Asked(int jobs)
        {
            var before = _policy.Decide(Observed.At(Observed.Noon, 10, 10), ScalingState.Empty, Observed.Noon).State;
            return _policy.Decide(Observed.At(Observed.Noon, 10, 10, jobs), before, Observed.Noon).Desired;
        }
    }

    [Fact]
    public void More_waiting_never_asks_for_fewer()
    {
        var before = 0;
        for (var waiting = 0; waiting < 60; waiting++)
        {
            var desired = _policy.Decide(Observed.At(Observed.Noon, 2, 2, waiting), ScalingState.Empty, Observed.Noon).Desired;
            Assert.True(desired >= before);
            before = desired;
        }
    }

    private (ScalingDecision Decision, ScalingState State) Quiet(int minutes, int starting = 0)
    {
        var decision = _policy.Decide(Observed.At(Observed.Noon, 1, 1, arrivals: 1), ScalingState.Empty, Observed.Noon);
        for (var second = 15; second <= minutes * 60; second += 15)
        {
            var now = Observed.Noon.AddSeconds(second);
            decision = _policy.Decide(Observed.At(now, Math.Max(1, decision.Desired) - starting < 0 ? 0 : 1, starting: starting, arrivals: 1), decision.State, now);
        }

        return (decision, decision.State);
    }
}
