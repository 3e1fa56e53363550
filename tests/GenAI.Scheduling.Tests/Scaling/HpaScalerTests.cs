using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

/// <summary>Cases worked out from kubernetes/pkg/controller/podautoscaler.</summary>
public sealed class HpaScalerTests
{
    private readonly ScalingPolicy _policy = new(Observed.Policy(HpaSettings.Default, min: 1));

    [Theory]
    [InlineData(10, 9, 13)] // 9 / 7 = 1.29
    [InlineData(10, 7, 10)] // exactly right
    [InlineData(100, 75, 100)] // 1.07: inside the tolerance
    [InlineData(10, 20, 20)] // 29 wanted, 100 % in 15 s allowed
    [InlineData(2, 20, 6)] // 4 instances in 15 s is more than 100 %
    public void Desired_follows_the_ratio_the_tolerance_and_the_rates(int replicas, int jobs, int expected) =>
        Assert.Equal(expected, _policy.Decide(Observed.At(Observed.Noon, replicas, jobs), ScalingState.Empty, Observed.Noon).Desired);

    [Fact]
    public void Scaling_down_waits_for_the_stabilisation_window()
    {
        var state = _policy.Decide(Observed.At(Observed.Noon, 10, 7), ScalingState.Empty, Observed.Noon).State;

        var early = _policy.Decide(Observed.At(Observed.Noon.AddSeconds(299), 10, 1), state, Observed.Noon.AddSeconds(299));
        var late = _policy.Decide(Observed.At(Observed.Noon.AddSeconds(601), 10, 1), early.State, Observed.Noon.AddSeconds(601));

        Assert.Equal(10, early.Desired);
        Assert.Equal(2, late.Desired);
    }

    [Fact]
    public void Instances_added_within_the_period_count_against_its_rate()
    {
        var first = _policy.Decide(Observed.At(Observed.Noon, 10, 50), ScalingState.Empty, Observed.Noon);
        var second = _policy.Decide(Observed.At(Observed.Noon.AddSeconds(10), 20, 50), first.State, Observed.Noon.AddSeconds(10));
        var third = _policy.Decide(Observed.At(Observed.Noon.AddSeconds(16), 20, 50), second.State, Observed.Noon.AddSeconds(16));

        Assert.Equal((20, 20, 40), (first.Desired, second.Desired, third.Desired));
    }
}
