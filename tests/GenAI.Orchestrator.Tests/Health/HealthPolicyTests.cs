using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Health;

namespace GenAI.Orchestrator.Tests.Health;

public sealed class HealthPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HealthOptions Options = new();

    [Theory]
    [InlineData("", "starting")]
    [InlineData("x", "starting")]
    [InlineData("xxxxxxxx", "starting")]
    [InlineData("✓", "healthy")]
    [InlineData("xxxxxxxx✓", "healthy")]
    [InlineData("✓x", "healthy")]
    [InlineData("✓xx", "healthy")]
    [InlineData("✓xxx", "unhealthy")]
    [InlineData("✓x✓", "healthy")]
    [InlineData("✓x✓x✓", "degraded")]
    [InlineData("✓xx✓", "degraded")]
    [InlineData("✓xx✓xx✓xx✓xx✓", "degraded")]
    [InlineData("✓xx✓✓✓✓✓✓✓✓", "degraded")]
    [InlineData("✓xx✓✓✓✓✓✓✓✓✓", "healthy")]
    [InlineData("✓x✓x✓xxx", "unhealthy")]
    [InlineData("✓xxx✓", "unhealthy")]
    [InlineData("✓xxx✓x✓", "unhealthy")]
    [InlineData("✓xxx✓✓", "healthy")]
    [InlineData("✓xxx✓✓xx", "healthy")]
    [InlineData("d", "draining")]
    [InlineData("✓d", "draining")]
    [InlineData("✓dxx", "draining")]
    [InlineData("✓dxxx", "unhealthy")]
    [InlineData("✓dxxxd", "unhealthy")]
    [InlineData("✓dxxxdd", "draining")]
    [InlineData("✓d✓", "healthy")]
    public void Probes_a_second_apart_lead_to_the_state(string probes, string expected) =>
        Assert.Equal(expected, After(probes).State.ToString(), ignoreCase: true);

    [Fact]
    public void An_instance_that_is_not_ready_within_its_grace_is_unhealthy()
    {
        var grace = (int)Options.StartupGrace.TotalSeconds;

        Assert.Equal(InstanceState.Starting, After(new string('x', grace - 1)).State);
        var late = After(new string('x', grace));
        Assert.Equal(InstanceState.Unhealthy, late.State);
        Assert.Contains("not ready after 300 s: connection refused", late.Reason);
    }

    [Fact]
    public void The_time_of_entry_moves_only_with_the_state()
    {
        Assert.Equal(Start.AddSeconds(1), After("✓").Since);
        Assert.Equal(Start.AddSeconds(1), After("✓✓✓x✓").Since);
        Assert.Equal(Start.AddSeconds(5), After("✓✓xxx").Since);
        Assert.Equal(Start.AddSeconds(5), After("✓✓xxxxxx").Since);
    }

    [Fact]
    public void A_failure_keeps_the_last_reading_and_the_time_of_the_last_answer()
    {
        var health = After("✓✓xxx");

        Assert.Equal("1.2.3", health.Reading.Version);
        Assert.Equal(Start.AddSeconds(2), health.LastSeen);
    }

    [Fact]
    public void The_reasons_name_counts_and_the_last_failure()
    {
        Assert.Equal("3 or more probes in a row failed, the last: connection refused", After("✓xxx").Reason);
        Assert.Equal("2 of its last 10 probes failed", After("✓xx✓").Reason);
        Assert.Equal("it answered 2 probes in a row", After("✓xxx✓✓").Reason);
        Assert.Equal("connection refused", After("x").Reason);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("xxxx", 1)]
    [InlineData("✓", 13)]
    [InlineData("✓x", 1)]
    [InlineData("✓x✓", 13)]
    [InlineData("✓xx✓", 1)]
    [InlineData("✓xxx", 1)]
    [InlineData("✓xxxx", 2)]
    [InlineData("✓xxxxx", 4)]
    [InlineData("✓xxxxxx", 8)]
    [InlineData("✓xxxxxxx", 13)]
    [InlineData("✓xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 13)]
    [InlineData("✓xxxxxxx✓", 1)]
    [InlineData("✓d", 13)]
    public void The_next_probe_comes_soon_while_a_decision_is_pending(string probes, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), HealthPolicy.NextProbeIn(After(probes), Options));

    [Fact]
    public void However_long_an_instance_stays_away_the_wait_is_no_longer_than_the_steady_interval()
    {
        var options = new HealthOptions { Interval = TimeSpan.FromHours(1), FastInterval = TimeSpan.FromMinutes(15) };
        var health = HealthPolicy.Initial(Start) with { State = InstanceState.Unhealthy, FailuresInARow = 100 };

        Assert.Equal(options.SteadyInterval, HealthPolicy.NextProbeIn(health, options));
    }

    [Fact]
    public void No_sequence_of_probes_ejects_or_readmits_on_a_single_sample()
    {
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            var health = HealthPolicy.Initial(Start);
            for (var probe = 1; probe <= 60; probe++)
            {
                var before = health;
                health = Step(health, random.Next(2) == 0 ? '✓' : 'x', probe);
                if (before.State == health.State) continue;

                if (health.State == InstanceState.Unhealthy) Assert.True(health.FailuresInARow >= Options.UnhealthyThreshold);
                if (before.State == InstanceState.Unhealthy) Assert.True(health.SuccessesInARow >= Options.HealthyThreshold);
            }
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(300)]
    public void An_instance_that_dies_right_after_a_good_probe_is_ejected_within_the_interval_even_when_it_swallows_the_probes(double seconds)
    {
        var options = new HealthOptions { Interval = TimeSpan.FromSeconds(seconds) };
        var health = HealthPolicy.Decide(HealthPolicy.Initial(Start), new ProbeOutcome.Answered(ProbeReading.None), Start, options);
        var now = Start;

        while (health.State != InstanceState.Unhealthy)
        {
            now += HealthPolicy.NextProbeIn(health, options) + options.ProbeTimeout;
            health = HealthPolicy.Decide(health, new ProbeOutcome.Failed(ProbeFailure.Timeout, "no whole answer"), now, options);
        }

        Assert.True(now - Start <= options.Interval, $"It took {now - Start}.");
    }

    private static InstanceHealth After(string probes)
    {
        var health = HealthPolicy.Initial(Start);
        for (var i = 0; i < probes.Length; i++) health = Step(health, probes[i], i + 1);
        return health;
    }

    private static InstanceHealth Step(InstanceHealth health, char probe, int second)
    {
        ProbeOutcome outcome = probe == 'x'
            ? new ProbeOutcome.Failed(ProbeFailure.Refused, "connection refused")
            : new ProbeOutcome.Answered(new ProbeReading { Version = "1.2.3", Draining = probe == 'd' });
        return HealthPolicy.Decide(health, outcome, Start.AddSeconds(second), Options);
    }
}
