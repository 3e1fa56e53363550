using GenAI.Orchestrator.Health;

namespace GenAI.Orchestrator.Tests.Health;

public sealed class HealthOptionsTests
{
    [Fact]
    public void The_defaults_are_a_probe_every_13_s_of_at_most_5_s_confirmed_every_second()
    {
        var options = new HealthOptions();

        Assert.Equal(TimeSpan.FromSeconds(13), options.SteadyInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ProbeTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), options.PendingInterval);
    }

    public static MatrixTheoryData<double, int> IntervalsAndThresholds => new([0.1, 1, 10, 30, 60, 3600], [2, 3, 5, 20]);

    [Theory]
    [MemberData(nameof(IntervalsAndThresholds))]
    public void Whatever_the_interval_and_threshold_the_default_timings_eject_within_the_interval(double seconds, int threshold)
    {
        var options = new HealthOptions { Interval = TimeSpan.FromSeconds(seconds), UnhealthyThreshold = threshold };

        Assert.True(new HealthOptionsValidator().Validate(null, options).Succeeded);
        Assert.True(options.SteadyInterval + options.ConfirmationTime <= options.Interval);
    }

    [Fact]
    public void Every_bad_value_is_named_in_one_message()
    {
        var result = new HealthOptionsValidator().Validate(null, new HealthOptions
        {
            UnhealthyThreshold = 1,
            HealthyThreshold = 0,
            RecentProbes = 33,
            Timeout = TimeSpan.Zero,
            StartupGrace = TimeSpan.FromSeconds(-1),
        });

        Assert.Contains("GenAI:Health:UnhealthyThreshold is 1; expected 2 to 20.", result.FailureMessage);
        Assert.Contains("GenAI:Health:HealthyThreshold is 0; expected 2 to 20.", result.FailureMessage);
        Assert.Contains("GenAI:Health:RecentProbes is 33; expected 2 to 32.", result.FailureMessage);
        Assert.Contains("GenAI:Health:Timeout is 00:00:00; expected 00:00:00.0010000 to 01:00:00.", result.FailureMessage);
        Assert.Contains("GenAI:Health:StartupGrace is -00:00:01; expected 00:00:00 to 01:00:00.", result.FailureMessage);
    }

    [Fact]
    public void Timings_that_cannot_eject_within_the_interval_are_refused_with_the_sum()
    {
        var result = new HealthOptionsValidator().Validate(null, new HealthOptions { Interval = TimeSpan.FromSeconds(10), Timeout = TimeSpan.FromSeconds(5) });

        Assert.Contains("is 10 s, but 3 probes of 5 s with 0.333 s between them take 15.667 s", result.FailureMessage);
        Assert.Contains("expected an interval of at least 16 s", result.FailureMessage);
    }

    [Fact]
    public void A_threshold_beyond_its_window_is_refused()
    {
        var result = new HealthOptionsValidator().Validate(null, new HealthOptions { DegradedThreshold = 11 });

        Assert.Contains("DegradedThreshold is 11; expected at most RecentProbes, 10.", result.FailureMessage);
    }
}
