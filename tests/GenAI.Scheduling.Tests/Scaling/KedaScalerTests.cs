using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class KedaScalerTests
{
    private static readonly KedaSettings Settings = KedaSettings.Default with { ActivationJobs = 2, FailureThreshold = 2, FallbackReplicas = 6 };

    [Theory]
    [InlineData(2, 0)] // at the activation value: not active
    [InlineData(3, 1)]
    public void From_zero_only_above_the_activation_value(int jobs, int expected)
    {
        var context = new ScalingContext(Observed.Noon, 0, 0, 100, 1);
        var advice = new KedaScaler(Settings).Advise(Observed.At(Observed.Noon, 0, waiting: jobs), NoMemory.Instance, context);
        Assert.Equal(expected, advice.Desired);
    }

    [Fact]
    public void A_policy_strands_no_job_below_the_activation_value()
    {
        var policy = new ScalingPolicy(Observed.Policy(Settings));
        Assert.Equal(1, policy.Decide(Observed.At(Observed.Noon, 0, waiting: 1), ScalingState.Empty, Observed.Noon).Desired);
    }

    [Fact]
    public void To_zero_when_nothing_was_active_for_the_cooldown()
    {
        var policy = new ScalingPolicy(Observed.Policy(Settings));
        var state = policy.Decide(Observed.At(Observed.Noon, 1, 3), ScalingState.Empty, Observed.Noon).State;

        var during = policy.Decide(Observed.At(Observed.Noon.AddSeconds(299), 1), state, Observed.Noon.AddSeconds(299));
        var after = policy.Decide(Observed.At(Observed.Noon.AddSeconds(301), 1), during.State, Observed.Noon.AddSeconds(301));

        Assert.Equal((1, 0), (during.Desired, after.Desired));
    }

    [Fact]
    public void The_fallback_after_more_failures_than_the_threshold_and_one_success_ends_it()
    {
        var policy = new ScalingPolicy(Observed.Policy(Settings));
        var state = policy.Decide(Observed.At(Observed.Noon, 3, 3), ScalingState.Empty, Observed.Noon).State;
        var desired = new List<int>();
        for (var second = 15; second <= 60; second += 15)
        {
            var now = Observed.Noon.AddSeconds(second);
            var decision = policy.Decide(second == 60 ? Observed.At(now, 6, 4) : null, state, now);
            state = decision.State;
            desired.Add(decision.Desired);
        }

        Assert.Equal(6, desired[2]);
        Assert.Equal(desired[0], desired[1]);
        Assert.Equal(0, ((KedaMemory)state.Memories[0]).Failures);
    }

    [Fact]
    public void Paused_stays_paused_whatever_is_measured()
    {
        var policy = new ScalingPolicy(Observed.Policy(Settings with { PausedReplicas = 4 }));
        Assert.Equal(4, policy.Decide(Observed.At(Observed.Noon, 1, 50), ScalingState.Empty, Observed.Noon).Desired);
        Assert.Equal(4, policy.Decide(null, ScalingState.Empty, Observed.Noon).Desired);
    }
}
