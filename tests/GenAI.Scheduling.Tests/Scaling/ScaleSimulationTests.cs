using System.Text.Json;
using GenAI.Scheduling.Scaling;
using GenAI.Simulator.Scaling;
using GenAI.Simulator.Scaling.Rivals;
using GenAI.Testing;

namespace GenAI.Scheduling.Tests.Scaling;

/// <summary>The simulator's own arithmetic, on traces small enough to work out by hand.</summary>
public sealed class ScaleSimulationTests
{
    private static readonly ScaleSettings Settings = new(120, 30, 10);

    [Fact]
    public void A_static_instance_is_paid_for_the_whole_trace_and_jobs_wait_in_order()
    {
        ScaleJob[] jobs = [new(0, 40), new(10, 20), new(20, 5), new(3600, 1)];
        var figures = new ScaleSimulation(jobs, new StaticReplicas(1), Settings).Run(TestContext.Current.CancellationToken);

        // The second waits 30 s, the third 40.
        Assert.Equal(1, figures.GpuHours, 6);
        Assert.Equal(0.75, figures.SloShare);
        Assert.Equal(0, figures.Actions);
    }

    [Fact]
    public void A_started_instance_works_after_its_cold_start_and_a_draining_one_finishes_its_job()
    {
        ScaleJob[] jobs = [new(1, 100), new(2, 100), new(500, 1)];
        var policy = new Scripted((0, 1), (10, 2), (130, 0), (300, 1));
        var figures = new ScaleSimulation(jobs, policy, Settings).Run(TestContext.Current.CancellationToken);

        // The second job begins at 101 on the first instance: 99 s late. The instance started at 10 is ready at 130, when it may go.
        Assert.Equal(3, figures.Actions);
        Assert.Equal(2.0 / 3, figures.SloShare, 6);
    }

    [Fact]
    public void The_bound_bridges_gaps_shorter_than_a_cold_start()
    {
        ScaleJob[] jobs = [new(1000, 20), new(1100, 20), new(2000, 20)];
        var bound = ClairvoyantReplicas.Bound(jobs, Settings);
        Assert.All(bound.Waits, wait => Assert.Equal(0, wait));

        // Start 120, work 20, gap 80, work 20; start again 120, work 20.
        Assert.Equal(380.0 / 3600, bound.GpuHours, 9);
        Assert.Equal(2, bound.Actions);
    }

    [Fact]
    public void Json_has_every_policy_with_the_agreed_names()
    {
        using var folder = new TemporaryFolder();
        var trace = Path.Combine(folder.Path, "trace.csv");
        File.WriteAllLines(trace, ["arrival_s,exec_s", .. Enumerable.Range(0, 200).Select(i => $"{i * 7},{5 + i % 20}")]);
        var contest = new ScaleContest(ScaleWorkload.Read(trace, null), Settings, ScalingPolicyDefinition.For("genai", ServiceTier.Premium));

        using var json = JsonDocument.Parse(ScaleReport.Json(contest.Run(1, false, _ => { }, TestContext.Current.CancellationToken)));
        var policies = json.RootElement.GetProperty("policies").EnumerateArray().ToArray();

        Assert.Equal(
            ["genai", "hpa", "kpa", "kpa-delay", "specification", "swarmui", "static", "bound"],
            policies.Select(policy => policy.GetProperty("name").GetString()!));
        foreach (var policy in policies)
        {
            Assert.True(policy.GetProperty("gpu_hours").GetDouble() > 0);
            Assert.InRange(policy.GetProperty("slo_share").GetDouble(), 0, 1);
            Assert.True(policy.GetProperty("p95_wait_s").GetDouble() >= 0 && policy.GetProperty("actions").GetDouble() >= 0);
        }
    }

    [Fact]
    public void Bursts_are_served_better_and_for_less_than_by_the_delayed_knative_scaler()
    {
        var jobs = ScaleWorkload.Synthetic("bursts", 0.3, 12).Draw(1);
        var settings = Settings with { MaxInstances = 500 };
        var ours = Run(new PolicyRunner("genai", 5, false, ScalingPolicyDefinition.For("genai", ServiceTier.Premium) with { MaxInstances = 500 }));
        var theirs = Run(PolicyRunner.Standard(
            "kpa-delay", 2, true, GenAI.Scheduling.Scaling.Scalers.KpaSettings.Default with { ScaleDownDelay = TimeSpan.FromMinutes(5) }, 500));

        Assert.True(ours.SloShare > theirs.SloShare, $"{ours} against {theirs}");
        Assert.True(ours.GpuHours < theirs.GpuHours, $"{ours} against {theirs}");

        ScaleFigures Run(IReplicaPolicy policy) => new ScaleSimulation(jobs, policy, settings).Run(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_job_whose_instance_dies_begins_again_and_the_instance_is_paid_while_it_is_repaired()
    {
        // A failure every 20 s or so: a job of 60 s needs several attempts, and each failure keeps the only instance away for 10 s.
        ScaleJob[] jobs = [new(0, 60), new(4000, 1)];
        var failing = new ScaleSettings(120, 30, 1, Failures: new InstanceFailures(20, 10), Seed: 3);
        var outcome = new ScaleSimulation(jobs, new StaticReplicas(1), failing).Replay(TestContext.Current.CancellationToken);

        Assert.Equal(2, outcome.Waits.Count);
        Assert.True(outcome.Waits[0] > 10, $"the first job began for the last time at {outcome.Waits[0]}");
        Assert.Equal(4000 / 3600.0, outcome.GpuHours, 6);
    }

    [Fact]
    public void Several_models_have_instances_of_their_own_and_a_row_each()
    {
        using var folder = new TemporaryFolder();
        var trace = Path.Combine(folder.Path, "trace.csv");
        File.WriteAllLines(trace, ["arrival_s,exec_s,model", "0,40,a", "1,40,b", "2,5,a", "3600,1,b"]);
        var contest = new ScaleContest(ScaleWorkload.Read(trace, null), Settings, ScalingPolicyDefinition.For("genai", ServiceTier.Premium));
        var figures = contest.Run(1, false, _ => { }, TestContext.Current.CancellationToken);

        var of = figures.Where(row => row.Name == "static").ToDictionary(row => row.Model ?? "all");
        Assert.Equal(["a", "all", "b"], of.Keys.Order());
        // The second job of a waits 38 s for the first: a needs two instances, b one, for the whole hour.
        Assert.Equal((2, 1, 3), (of["a"].GpuHours, of["b"].GpuHours, of["all"].GpuHours));

        using var json = JsonDocument.Parse(ScaleReport.Json(figures));
        Assert.Equal(8, json.RootElement.GetProperty("policies").GetArrayLength());
    }

    [Fact]
    public void Forecasts_are_drawn_with_their_band_against_what_came()
    {
        var points = ForecastContest.Curve(ScaleWorkload.Synthetic("poisson", 1, 3), TimeSpan.FromSeconds(120));

        Assert.All(points, point => Assert.True(point.Lower <= point.Upper));
        Assert.InRange(points.Skip(points.Count / 2).Average(point => point.Actual >= point.Lower && point.Actual <= point.Upper ? 1.0 : 0), 0.7, 0.99);
        Assert.Contains("<polygon", ForecastChart.Svg(points, TimeSpan.FromSeconds(120)), StringComparison.Ordinal);
    }

    /// <summary>Desired counts from given seconds on.</summary>
    private sealed class Scripted(params (double From, int Desired)[] script) : IReplicaPolicy
    {
        public string Name => "scripted";

        public double Interval => 10;

        public bool StopsStartingFirst => false;

        public int Decide(ScalingObservation observation, DateTimeOffset now) =>
            script.Last(step => step.From <= (now - DateTimeOffset.UnixEpoch).TotalSeconds).Desired;
    }
}
