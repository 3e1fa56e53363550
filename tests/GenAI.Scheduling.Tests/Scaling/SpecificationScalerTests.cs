using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class SpecificationScalerTests
{
    private readonly ScalingPolicy _policy = new(Observed.Policy(SpecificationSettings.Default, min: 1, max: 5));

    [Fact]
    public void One_step_up_per_cooldown()
    {
        var first = Decide(0, 1, 0.9, 0, ScalingState.Empty);
        var second = Decide(299, 2, 0.9, 0, first.State);
        var third = Decide(300, 2, 0.9, 0, second.State);
        Assert.Equal((2, 2, 3), (first.Desired, second.Desired, third.Desired));
    }

    [Theory]
    [InlineData(599, 5)]
    [InlineData(600, 1)] // ceil(5 × 0.1 / 0.7)
    public void Down_only_when_the_cooldown_after_the_last_change_is_over(int second, int expected)
    {
        var raised = Decide(0, 4, 0.9, 0, ScalingState.Empty);
        Assert.Equal(expected, Decide(second, 5, 0.1, 0, raised.State).Desired);
    }

    [Theory]
    [InlineData(0, 1)] // 3 × 0.1 / 0.7
    [InlineData(1, 3)] // somebody waits
    public void Down_only_with_an_empty_queue(int waiting, int expected) =>
        Assert.Equal(expected, Decide(0, 3, 0.1, waiting, ScalingState.Empty).Desired);

    [Theory]
    [InlineData(0.7, 0.95, 14)]
    [InlineData(0.5, 0.95, 19)]
    [InlineData(0.7, 0.2, 3)]
    [InlineData(0.35, 0.2, 6)]
    public void A_step_goes_to_the_target_utilisation(double target, double utilization, int expected)
    {
        var policy = new ScalingPolicy(Observed.Policy(SpecificationSettings.Default with { TargetGpuUtilization = target }, min: 1, max: 50));
        Assert.Equal(expected, policy.Decide(Observed.At(Observed.Noon, 10, utilization: utilization), ScalingState.Empty, Observed.Noon).Desired);
    }

    [Fact]
    public void Never_below_the_minimum_nor_above_the_maximum()
    {
        Assert.Equal(1, Decide(0, 1, 0, 0, ScalingState.Empty).Desired);
        Assert.Equal(5, Decide(0, 5, 1, 99, ScalingState.Empty).Desired);
    }

    [Fact]
    public void Without_GPU_utilisation_it_holds()
    {
        var decision = _policy.Decide(Observed.At(Observed.Noon, 3), ScalingState.Empty, Observed.Noon);
        Assert.Equal(3, decision.Desired);
        Assert.Contains("not measured", decision.Reason, StringComparison.Ordinal);
    }

    private ScalingDecision Decide(int second, int ready, double utilization, int waiting, ScalingState state)
    {
        var now = Observed.Noon.AddSeconds(second);
        return _policy.Decide(Observed.At(now, ready, waiting: waiting, utilization: utilization), state, now);
    }
}
