using System.Text.Json;
using GenAI.Scheduling.Scaling;
using GenAI.Scheduling.Scaling.Learning;
using GenAI.Scheduling.Scaling.Limits;
using GenAI.Scheduling.Scaling.Scalers;

namespace GenAI.Scheduling.Tests.Scaling;

public sealed class ScalingPolicyTests
{
    [Fact]
    public void Without_or_with_a_stale_observation_the_count_is_held()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default));
        var state = policy.Decide(Observed.At(Observed.Noon, 5, 4), ScalingState.Empty, Observed.Noon).State;
        var later = Observed.Noon.AddMinutes(2);

        Assert.Equal(state.LastDesired, policy.Decide(null, state, later).Desired);
        Assert.Equal(state.LastDesired, policy.Decide(Observed.At(Observed.Noon, 5, 90), state, later).Desired);
    }

    [Fact]
    public void The_highest_of_several_recommendations_counts()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default) with
        {
            Scalers = [HpaSettings.Default with { TargetConcurrency = 2 }, HpaSettings.Default with { TargetConcurrency = 0.5 }],
        });
        var decision = policy.Decide(Observed.At(Observed.Noon, 10, 8), ScalingState.Empty, Observed.Noon);
        Assert.Equal(16, decision.Desired);
        Assert.StartsWith("hpa: ", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scaler_without_its_metric_forbids_scaling_down_and_not_up()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default) with
        {
            Scalers = [HpaSettings.Default, SpecificationSettings.Default],
        });
        Assert.Equal(10, policy.Decide(Observed.At(Observed.Noon, 10, 1), ScalingState.Empty, Observed.Noon).Desired);
        Assert.Equal(13, policy.Decide(Observed.At(Observed.Noon, 10, 9), ScalingState.Empty, Observed.Noon).Desired);
    }

    [Fact]
    public void Aggressive_grows_by_300_per_cent_in_15_seconds()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default with { Behaviour = Behaviour.Unlimited }, max: 1000) with { Behaviour = Behaviour.Aggressive });
        Assert.Equal(120, policy.Decide(Observed.At(Observed.Noon, 30, 500), ScalingState.Empty, Observed.Noon).Desired);
    }

    [Fact]
    public void The_emergency_limit_stands_above_everything()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default, min: 8) with { EmergencyLimit = 3 });
        var decision = policy.Decide(Observed.At(Observed.Noon, 2, 90), ScalingState.Empty, Observed.Noon);
        Assert.Equal(3, decision.Desired);
        Assert.Contains("EMERGENCY", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_hourly_budget_caps_the_count_with_spot_instances_priced_as_such()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default) with
        {
            Budget = new Budget("EUR", 10, null, 2, 1), Spot = new SpotRule(2, 0.5),
        });
        var decision = policy.Decide(Observed.At(Observed.Noon, 6, 30), ScalingState.Empty, Observed.Noon);

        // 6 instances: 3 on demand and 3 spot cost 9; 7 would cost 11.
        Assert.Equal((6, 3), (decision.Desired, decision.Spot));
    }

    [Fact]
    public void A_month_that_is_heading_over_its_budget_is_slowed_down()
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default, min: 1) with { Budget = new Budget("EUR", null, 720, 1, 1) });
        var first = policy.Decide(Observed.At(Observed.Noon, 10, 7), ScalingState.Empty, Observed.Noon);
        var spending = first.State.Spending!;

        Assert.True(spending.Forecast > 720);
        Assert.Equal(1, first.Desired);
    }

    [Theory]
    [InlineData(100, 1)] // 0.3 an hour until the month's end: less than an instance costs, and one stays
    [InlineData(0, 0)]
    public void A_budget_that_nears_its_end_serves_slowly_and_one_that_is_spent_not_at_all(int left, int expected)
    {
        var policy = new ScalingPolicy(Observed.Policy(HpaSettings.Default) with { Budget = new Budget("EUR", null, 720, 2.5m, 2.5m) });
        var month = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var state = ScalingState.Empty with { Spending = new Spending(month, Observed.Noon, 720 - left, 10) };

        var decision = policy.Decide(Observed.At(Observed.Noon, 4, 4, waiting: 9), state, Observed.Noon);

        Assert.Equal(expected, decision.Desired);
        Assert.Contains("EUR expected this month", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Spending_starts_again_with_the_month()
    {
        var before = new Spending(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 31, 23, 0, 0, TimeSpan.Zero), 500, 4);
        var after = Spending.Next(before, 4, new(2026, 4, 1, 2, 0, 0, TimeSpan.Zero));
        Assert.Equal(8, after.Spent);
    }

    [Fact]
    public void Learning_asks_for_more_room_when_too_many_were_late_and_stays_within_bounds()
    {
        var settings = LearningSettings.Default with { Jobs = 100 };
        LearnedTarget? learned = null;
        for (var i = 0; i < 50; i++) learned = LearnedTarget.Next(learned, settings, Counted(i * 100, i * 10));
        Assert.Equal(settings.Most, learned!.Factor);

        for (var i = 50; i < 200; i++) learned = LearnedTarget.Next(learned, settings, Counted(i * 100, 490));
        Assert.Equal(settings.Least, learned.Factor);

        static ScalingObservation Counted(long begun, long late) => Observed.At(Observed.Noon, 1) with { Begun = begun, BegunLate = late };
    }

    [Fact]
    public void State_survives_a_restart_as_JSON()
    {
        var policy = new ScalingPolicy(Observed.Policy(PredictiveSettings.Default) with
        {
            Scalers = [PredictiveSettings.Default, HpaSettings.Default, KpaSettings.Default, KedaSettings.Default, SpecificationSettings.Default],
            Behaviour = Behaviour.Balanced,
            Learning = LearningSettings.Default,
        });
        var state = ScalingState.Empty;
        for (var i = 0; i < 200; i++) state = policy.Decide(Busy(i), state, Busy(i).MeasuredAt).State;

        var read = JsonSerializer.Deserialize<ScalingState>(JsonSerializer.Serialize(state))!;
        for (var i = 200; i < 260; i++)
        {
            var (kept, restored) = (policy.Decide(Busy(i), state, Busy(i).MeasuredAt), policy.Decide(Busy(i), read, Busy(i).MeasuredAt));
            Assert.Equal((kept.Desired, kept.Reason), (restored.Desired, restored.Reason));
            (state, read) = (kept.State, restored.State);
        }

        static ScalingObservation Busy(int i) => Observed.At(Observed.Noon.AddSeconds(15 * i), 5, running: 3 + i % 4, arrivals: 4 * i, utilization: 0.6);
    }
}
