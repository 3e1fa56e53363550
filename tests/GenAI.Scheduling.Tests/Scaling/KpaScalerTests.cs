using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

/// <summary>Cases worked out from knative/serving pkg/autoscaler/scaling/autoscaler.go.</summary>
public sealed class KpaScalerTests
{
    [Fact]
    public void A_burst_panics_and_panic_never_scales_down()
    {
        var policy = new ScalingPolicy(Observed.Policy(KpaSettings.Default));
        var state = ScalingState.Empty;
        var desired = new List<int>();
        foreach (var (second, jobs) in new[] { (0, 1), (2, 1), (4, 30), (6, 30), (30, 0), (60, 0) })
        {
            var now = Observed.Noon.AddSeconds(second);
            var decision = policy.Decide(Observed.At(now, 1, jobs), state, now);
            state = decision.State;
            desired.Add(decision.Desired);
        }

        // 4 s: the panic window holds 1, 1 and 30, 10.7 on average: ceil(15.2). 6 s: 1, 30, 30.
        Assert.Equal([2, 2, 16, 30, 30, 30], desired);
    }

    [Fact]
    public void Down_goes_by_half_of_what_is_ready_at_most()
    {
        var policy = new ScalingPolicy(Observed.Policy(KpaSettings.Default));
        var state = policy.Decide(Observed.At(Observed.Noon, 10, 0), ScalingState.Empty, Observed.Noon).State;
        var now = Observed.Noon.AddSeconds(70);

        Assert.Equal(5, policy.Decide(Observed.At(now, 10, 0), state, now).Desired);
    }

    [Fact]
    public void The_scale_down_delay_keeps_the_highest_of_its_window()
    {
        var policy = new ScalingPolicy(Observed.Policy(KpaSettings.Default with { ScaleDownDelay = TimeSpan.FromMinutes(5) }));
        var first = policy.Decide(Observed.At(Observed.Noon, 1, 1), ScalingState.Empty, Observed.Noon);
        var within = policy.Decide(Observed.At(Observed.Noon.AddSeconds(290), 2, 0), first.State, Observed.Noon.AddSeconds(290));
        var after = policy.Decide(Observed.At(Observed.Noon.AddSeconds(310), 2, 0), within.State, Observed.Noon.AddSeconds(310));

        Assert.Equal((2, 2, 1), (first.Desired, within.Desired, after.Desired));
    }
}
