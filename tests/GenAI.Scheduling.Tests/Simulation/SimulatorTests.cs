using System.Text.Json;
using GenAI.Simulator.Dispatching;
using GenAI.Simulator.Dispatching.Rivals;
using GenAI.Simulator.Reporting;
using GenAI.Simulator.Traces;

namespace GenAI.Scheduling.Tests.Simulation;

public sealed class SimulatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("genai-simulator-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string text)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("arrival_s,exec_s\n1,2\n2,x\n", "line 3: exec_s is 'x'; expected a number from 0 to 604800")]
    [InlineData("arrival_s,exec_s\n1,1e300\n", "line 2: exec_s is '1e300'; expected a number from 0 to 604800")]
    [InlineData("arrival_s,exec_s\n1,2\n1e300,2\n", "line 3: arrival_s is '1e300'; expected at most 36000000 seconds after 0")]
    [InlineData("arrival_s,exec_s\n1,NaN\n", "line 2: exec_s is 'NaN'")]
    [InlineData("arrival_s,exec_s,steps\n1,2,30.5\n", "line 2: steps is '30.5'; expected a whole number of at least 0")]
    [InlineData("arrival_s,exec_s,checkpoint\n1,2,\"a\n", "line 2: the line is '1,2,\"a'; expected each quotation mark to be closed on the same line")]
    [InlineData("arrival_s,exec_s\n1\n", "line 2: the number of cells is '1'; expected 2, as in the header")]
    [InlineData("arrival,exec_s\n1,2\n", "line 1: the header is 'arrival,exec_s'; expected a column 'arrival_s'")]
    [InlineData("arrival_s,exec_s,images\n1,2,0\n", "line 2: images is '0'; expected a whole number of at least 1")]
    [InlineData("arrival_s,exec_s\n", "no rows")]
    [InlineData("", "empty")]
    public void A_trace_that_cannot_be_read_is_refused_with_line_value_and_expectation(string text, string message)
    {
        var failure = Assert.Throws<TraceFormatException>(() => RequestTrace.Read(Write(text)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arrival_s,exec_s,checkpoint\n2,3,\"a, \"\"b\"\"\"\n1,2,c\n")]
    [InlineData("\uFEFF arrival_s , EXEC_S,checkpoint,note,note\r\n\r\n1,2,c,,\r\n2,3,\"a, \"\"b\"\"\",x,y\r\n")]
    [InlineData("arrival_s,exec_s,checkpoint,steps,images\n1.0,2,c,,\n2.0,3,\"a, \"\"b\"\"\",30.0,1\n")]
    [InlineData("arrival_s,exec_s,checkpoint\n1699920001,2,c\n1699920002,3,\"a, \"\"b\"\"\"\n")]
    public void A_trace_may_be_unsorted_quoted_half_empty_or_in_seconds_since_1970(string text)
    {
        var rows = RequestTrace.Read(Write(text)).Rows;

        Assert.Equal(
            [new TraceRow(1, 2, 30, 1, "c", 0, "", ""), new TraceRow(2, 3, 30, 1, "a, \"b\"", 0, "", "")],
            rows);
    }

    [Fact]
    public void Quantiles_are_joined_by_straight_lines_and_may_not_fall()
    {
        var table = QuantileTable.ReadComponent(Write("component,p10,p50,p90\nbase_model,2,10,20\n"), "base_model");
        Assert.Equal((2, 6, 10, 20), (table.At(0), table.At(0.3), table.At(0.5), table.At(1)));

        var failure = Assert.Throws<TraceFormatException>(() => QuantileTable.ReadComponent(Write("component,p10,p50\nbase_model,5,4\n"), "base_model"));
        Assert.Contains("line 2: p50 is '4'; expected at least p10", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_instance_with_equal_requests_waits_as_queueing_theory_says()
    {
        // M/D/1 at load 0.7: mean wait = ρ·s / (2(1−ρ)) = 11.67 s for s = 10 s (Pollaczek-Khinchine).
        var trace = RequestTrace.Of([new TraceRow(0, 10, 20, 1, "a", 0, "", "")]);
        var jobs = new Workload(trace, QuantileTable.Constant(0), QuantileTable.Constant(0)).Poisson(seed: 1, load: 0.7, capacity: 1, requests: 200_000);

        var figures = new DispatchSimulation(jobs, new LateFifoRival(), [new SimInstance(0, 1, 1)]).Run(TestContext.Current.CancellationToken);

        Assert.InRange(figures.Mean, 21.67 * 0.97, 21.67 * 1.03);
        Assert.Equal((1.0 / 200_000, 0.0, true), (figures.LoadsPerRequest, figures.MaxPassedOver, figures.Stable));
    }

    [Fact]
    public void A_queue_that_grows_is_told_from_one_that_settles()
    {
        var trace = RequestTrace.Of([new TraceRow(0, 10, 20, 1, "a", 0, "", "")]);
        var jobs = new Workload(trace, QuantileTable.Constant(0), QuantileTable.Constant(0)).Poisson(seed: 1, load: 1.2, capacity: 2, requests: 2000);

        Assert.False(new DispatchSimulation(jobs, new LateFifoRival(), [new SimInstance(0, 1, 1), new SimInstance(1, 1, 1)]).Run(TestContext.Current.CancellationToken).Stable);
    }

    [Fact]
    public void Every_policy_answers_every_request_even_when_instances_die()
    {
        var settings = new DispatchSettings { Synthetic = "bursts", Instances = 4, Load = 0.5, Seeds = 1, Requests = 800, MeanUptime = 2000, Repair = 60 };

        var figures = new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(Policies.Names, figures.Select(row => row.Name));
        Assert.All(figures, row => Assert.True(row.Mean > 0));
    }

    [Theory]
    [InlineData("poisson", 0.7)]
    [InlineData("poisson", 1.3)]
    [InlineData("diurnal", 1.0)]
    public void Our_policy_answers_sooner_than_its_rivals(string shape, double zipf)
    {
        var settings = new DispatchSettings
        {
            Synthetic = shape, Zipf = zipf, Load = 0.6, Seeds = 1, Requests = 4000, PolicyNames = ["genai", "swarmui", "least-requests", "affinity-jsq", "bound"],
        };

        var figures = new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken).ToDictionary(row => row.Name);

        foreach (var rival in new[] { "swarmui", "least-requests", "affinity-jsq" })
        {
            Assert.True(figures["genai"].Mean < figures[rival].Mean, $"mean {figures["genai"].Mean} against {figures[rival].Mean} of {rival}");
            Assert.True(figures["genai"].P95 < figures[rival].P95, $"p95 {figures["genai"].P95} against {figures[rival].P95} of {rival}");
        }

        Assert.True(figures["bound"].Mean < figures["genai"].Mean);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.85)]
    public void Where_nearly_all_ask_for_one_checkpoint_no_instance_is_left_to_the_rest_alone(double load)
    {
        var rows = Enumerable.Range(0, 1000).Select(i => $"{i},20,{(i % 10 > 0 ? "most" : $"rare-{i / 10 % 50}")}\n");
        var settings = new DispatchSettings
        {
            Trace = Write("arrival_s,exec_s,checkpoint\n" + string.Concat(rows)), Load = load, Seeds = 3, Requests = 4000, PolicyNames = ["genai", "swarmui", "late-fifo"],
        };

        var figures = new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken);

        // A queue before the instances that hold it, and idle ones beside them, made it twice as long.
        Assert.All(figures.Skip(1), rival => Assert.True(figures[0].Mean < 1.1 * rival.Mean && figures[0].P95 < 1.1 * rival.P95, $"{figures[0]}\n{rival}"));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0)]
    public void Learning_which_instance_is_slower_is_nearly_as_good_as_being_told(double usableError)
    {
        DispatchFigures Run(SpeedKnowledge knowledge) => new DispatchExperiment(new DispatchSettings
        {
            Synthetic = "heavy", Instances = 4, Speeds = [1, 1, 1, 0.5], Load = 0.7, Seeds = 3, Requests = 6000, PolicyNames = ["genai"],
            KnowSpeeds = knowledge, UsableEstimateError = usableError,
        }).Run(_ => { }, TestContext.Current.CancellationToken)[0];

        var (none, learned, given) = (Run(SpeedKnowledge.None), Run(SpeedKnowledge.Learned), Run(SpeedKnowledge.Given));

        Assert.True(learned.Mean < 0.97 * none.Mean && learned.Mean < 1.02 * given.Mean, $"{none}\n{learned}\n{given}");
    }

    [Fact]
    public void The_longest_passing_over_stays_within_the_configured_limit()
    {
        var settings = new DispatchSettings { Load = 0.7, Seeds = 1, Requests = 3000, PassingOverLimit = 90, PolicyNames = ["genai"] };

        Assert.InRange(new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken)[0].MaxPassedOver, 1, 90);
    }

    [Theory]
    [InlineData("poisson", 0.5)]
    [InlineData("poisson", 0.7)]
    [InlineData("diurnal", 0.5)]
    public void A_tenant_that_sends_ten_times_its_share_slows_the_others_by_a_tenth_at_most(string shape, double load)
    {
        var settings = new DispatchSettings
        {
            Synthetic = shape, Tenants = 12, Load = load, Seeds = 3, Requests = 4000, PolicyNames = ["genai"], FloodTenant = Scenario.LargestTenant,
        };
        var experiment = new DispatchExperiment(settings);

        experiment.Run(_ => { }, TestContext.Current.CancellationToken);

        var fairness = FairnessFigures.MedianOf(experiment.Fairness);
        Assert.True(fairness.Flooded <= 1.1 * fairness.Ordinary, $"{fairness}");

        // Nor than if it were not there at all; over a day, with hours that are nearly full anyway, a little more.
        Assert.True(fairness.Flooded <= (shape == "diurnal" ? 1.15 : 1.1) * fairness.Without, $"{fairness}");
        Assert.True(fairness.FlooderShare > 0.04, $"the flooding tenant gets what the others leave: {fairness}");
    }

    [Fact]
    public void A_tenant_that_always_asks_for_much_comes_after_the_others_and_is_served_all_the_same_while_the_fleet_can_serve_all()
    {
        var others = Enumerable.Range(0, 80).Select(i => new TraceRow(i, 20, 30, 1, $"c{i % 12}", 0, "", $"t{i}"));
        var large = Enumerable.Range(0, 30).Select(i => new TraceRow(100 + i, 20, 30, 1, $"c{i % 12}", 0, "", "large"));
        var trace = Write("arrival_s,exec_s,checkpoint,tenant\n" + string.Concat(others.Concat(large).Select(row => $"{row.Arrival},{row.Execution},{row.Checkpoint},{row.Tenant}\n")));
        var settings = new DispatchSettings { Trace = trace, Load = 0.6, Seeds = 1, Requests = 4000, PolicyNames = ["genai"], FloodTenant = "large", FloodFactor = 1 };
        var experiment = new DispatchExperiment(settings);

        experiment.Run(_ => { }, TestContext.Current.CancellationToken);

        var fairness = FairnessFigures.MedianOf(experiment.Fairness);
        Assert.True(fairness.Flooder <= 3 * fairness.Flooded, $"{fairness}");
    }

    [Fact]
    public void Models_share_nothing_and_a_trace_without_models_has_its_checkpoints_dealt_out()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new TraceRow(i, 10, 30, 1, $"c{i % 8}", 0, "", ""));
        ModelFleet[] fleets = [new("flux", 3), new("sd", 1)];

        var assigned = ModelFleet.Assign(RequestTrace.Of(rows), fleets);

        Assert.Equal((30, 10), (assigned.Rows.Count(row => row.Model == "flux"), assigned.Rows.Count(row => row.Model == "sd")));
        Assert.All(assigned.Rows.GroupBy(row => row.Checkpoint), own => Assert.Single(own.Select(row => row.Model).Distinct()));

        var settings = new DispatchSettings { Models = fleets, Load = 0.5, Seeds = 1, Requests = 600, PolicyNames = ["genai", "late-fifo"] };
        var figures = new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken);
        Assert.All(figures, row => Assert.True(row.Stable && row.Mean > SyntheticTrace.MeanSeconds));
    }

    [Theory]
    [InlineData("arrival_s,exec_s,model\n1,2,a\n2,2,b\n", 1, "--instances is 1; the trace asks for 2 models")]
    [InlineData("arrival_s,exec_s,model\n1,2,a\n2,2,b\n", 0, "the trace asks for model 'b', for which --models has no instance")]
    public void Models_that_do_not_fit_the_trace_are_refused(string text, int instances, string message)
    {
        var settings = new DispatchSettings { Trace = Write(text), Instances = Math.Max(1, instances), Models = instances == 0 ? [new("a", 2)] : [] };

        Assert.Contains(message, Assert.Throws<TraceFormatException>(() => new Scenario(settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("poisson")]
    [InlineData("diurnal")]
    [InlineData("bursts")]
    public void A_synthetic_workload_offers_the_load_that_was_asked_for_in_its_own_rhythm(string shape)
    {
        var jobs = new Scenario(new DispatchSettings { Synthetic = shape, Load = 0.6, Instances = 8, Requests = 20_000 }).Jobs(seed: 1, factor: 1);

        var span = jobs[^1].Arrival;
        Assert.InRange(jobs.Sum(job => job.Execution) / (8 * span), 0.58, 0.62);
        var middle = jobs.Count(job => job.Arrival > span / 4 && job.Arrival < 3 * span / 4) / (double)jobs.Count;
        Assert.InRange(middle, shape == "diurnal" ? 0.6 : 0.45, shape == "diurnal" ? 0.7 : 0.55);
    }

    [Fact]
    public void Bursts_of_many_tenants_are_no_floods()
    {
        var settings = new DispatchSettings { Synthetic = "bursts", Load = 0.7, Seeds = 2, Requests = 4000, PolicyNames = ["genai", "swarmui"] };

        var figures = new DispatchExperiment(settings).Run(_ => { }, TestContext.Current.CancellationToken);

        Assert.True(figures[0].Mean < figures[1].Mean && figures[0].P95 < 0.9 * figures[1].P95, $"{figures[0]}\n{figures[1]}");
    }

    [Fact]
    public void The_json_has_the_agreed_members()
    {
        var row = new DispatchFigures("genai", 1, 2, 3, 4, 0.5, 6, true, 0.7);

        using var document = JsonDocument.Parse(DispatchReport.Json([row]));

        var policy = document.RootElement.GetProperty("policies")[0];
        Assert.Equal(
            ["name", "mean_s", "p50_s", "p95_s", "p99_s", "loads_per_request", "max_passed_over_s", "stable"],
            policy.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("genai", 3.0, true), (policy.GetProperty("name").GetString(), policy.GetProperty("p95_s").GetDouble(), policy.GetProperty("stable").GetBoolean()));
    }
}
