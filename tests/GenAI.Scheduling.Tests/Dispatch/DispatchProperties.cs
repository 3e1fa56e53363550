using FsCheck;
using FsCheck.Fluent;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Scheduling.Tests.Dispatch;

/// <summary>What holds for every workload. FsCheck draws it as bytes, four to a job, and shrinks what fails.</summary>
public sealed class DispatchProperties
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(400);

    private static void ForEveryWorkload(Func<List<DispatchJob>, bool> holds) =>
        Check.One(Often, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => holds(Jobs(bytes ?? []))));

    private static List<DispatchJob> Jobs(byte[] bytes)
    {
        var jobs = new List<DispatchJob>();
        var at = 0.0;
        for (var i = 0; i + 3 < bytes.Length; i += 4)
        {
            at += bytes[i] % 16;
            jobs.Add(Make.Job($"{i / 4}", $"c{bytes[i + 1] % 6}", at) with
            {
                Tenant = $"t{bytes[i + 2] % 4}",
                Weight = 1 + bytes[i + 2] % 4,
                Steps = 1 + bytes[i + 3] % 40,
                Avoid = bytes[i + 3] % 5 == 0 ? [$"gpu{bytes[i + 1] % 3}"] : [],
                Priority = bytes[i + 3] % 7 == 0 ? 1 : 0,
            });
        }

        return jobs;
    }

    private static InstanceView[] Fleet(int count = 3) => [.. Enumerable.Range(0, count).Select(x => Make.Free($"gpu{x}"))];

    private static double Seconds(DispatchJob job) => 1 + job.Steps;

    [Fact]
    public void Nothing_is_lost_or_doubled() => ForEveryWorkload(jobs =>
    {
        var drive = new Drive(new DispatchOptions(), Fleet(), Seconds);
        drive.Run(jobs);
        return !drive.Stalled
            && drive.Queue.Count == 0
            && drive.Starts.Select(start => start.Job.Id).Order().SequenceEqual(jobs.Select(job => job.Id).Order());
    });

    [Fact]
    public void No_job_runs_on_an_instance_that_it_must_avoid() => ForEveryWorkload(jobs =>
    {
        var drive = new Drive(new DispatchOptions(), Fleet(), Seconds);
        drive.Run(jobs);
        return drive.Starts.TrueForAll(start => !start.Job.Avoid.Contains(start.Instance));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(120)]
    public void Being_passed_over_is_bounded(int limitSeconds) => ForEveryWorkload(jobs =>
    {
        // One tenant, so that nobody stands back; its jobs are everywhere passed over on the same clock.
        var same = jobs.ConvertAll(job => job with { Tenant = "t", Weight = 1 });
        var drive = new Drive(new DispatchOptions { PassingOverLimit = TimeSpan.FromSeconds(limitSeconds) }, Fleet(), Seconds);
        drive.Run(same);
        return LongestPassingOver(same, drive) <= limitSeconds + 1e-6;
    });

    [Fact]
    public void A_tenant_that_floods_the_queue_does_not_starve_another() => ForEveryWorkload(jobs =>
    {
        // Everything at once from one tenant, far more than the fleet can do; another asks for one image a minute.
        var flood = Enumerable.Range(0, 1500).Select(i => Make.Job($"f{i}", $"c{i % 6}", i) with { Tenant = "flood", Steps = 25 });
        var modest = Enumerable.Range(0, 15).Select(i => Make.Job($"m{i}", $"c{(jobs.Count + i) % 6}", 600 + 60 * i) with { Tenant = "modest", Steps = 25 });
        var drive = new Drive(new DispatchOptions(), Fleet(), Seconds);
        drive.Run(flood.Concat(modest), until: 2000);

        var waits = drive.Starts.Where(start => start.Job.Tenant == "modest").Select(start => start.At - (start.Job.Arrival - Make.Start).TotalSeconds).ToArray();
        return waits.Length == 15 && waits.Max() < 120;
    });

    [Fact]
    public void Ten_times_a_share_costs_the_others_little_more_than_the_job_that_runs_when_theirs_comes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            List<DispatchJob> Poisson(string tenant, double gap)
            {
                var jobs = new List<DispatchJob>();
                for (var at = 0.0; at < 12_000; at += -Math.Log(1 - random.NextDouble()) * gap)
                    jobs.Add(Make.Job($"{tenant}-{jobs.Count}", $"c{random.Next(6)}", at) with { Tenant = tenant, Steps = 10 + random.Next(20) });
                return jobs;
            }

            // Six instances and jobs of 20 s: five tenants ask for half of one each, the flooding one for ten times that.
            var others = Enumerable.Range(0, 5).SelectMany(i => Poisson($"t{i}", 40)).ToList();
            var flood = Poisson("flood", 4);

            var without = MeanWait(others, []);
            return MeanWait(others, flood) <= 1.1 * without + 10;
        }));

    private static double MeanWait(List<DispatchJob> others, List<DispatchJob> flood)
    {
        var drive = new Drive(new DispatchOptions(), Fleet(6), Seconds);
        drive.Run(others.Concat(flood), until: 13_000);
        return drive.Starts.Where(start => start.Job.Tenant != "flood").Average(start => start.At - (start.Job.Arrival - Make.Start).TotalSeconds);
    }

    [Fact]
    public void Two_tenants_that_flood_the_queue_get_what_their_weights_say()
    {
        var flood = Enumerable.Range(0, 4000).Select(i => Make.Job($"{i}", $"c{i % 3}", i / 2.0) with
        {
            // The lighter tenant sends four times as much.
            Tenant = i % 5 == 0 ? "heavy" : "light", Weight = i % 5 == 0 ? 3 : 1, Steps = 25,
        });
        var drive = new Drive(new DispatchOptions(), Fleet(), Seconds);
        drive.Run(flood, until: 8000);

        var late = drive.Starts.Where(start => start.At > 3000).ToArray();
        var heavy = late.Count(start => start.Job.Tenant == "heavy");
        Assert.InRange((double)heavy / late.Length, 0.6, 0.85);
    }

    [Fact]
    public void More_urgent_is_never_started_later() => ForEveryWorkload(jobs =>
    {
        if (jobs.Count == 0) return true;
        var chosen = jobs[jobs.Count / 2];
        DateTimeOffset? StartOf(int priority)
        {
            var queue = Make.Queue(null, [.. jobs.Select(job => job == chosen ? job with { Priority = priority, Avoid = [] } : job with { Avoid = [], Priority = 0 })]);
            var now = Make.At(5000);
            var policy = new DispatchPolicy(queue.Options);
            var first = policy.Next(queue, [Make.Free("only", chosen.Checkpoint)], now).Assignments.Single();
            return first.Job.Id == chosen.Id ? now : null;
        }

        return StartOf(0) is null || StartOf(5) is not null;
    });

    [Fact]
    public void A_free_instance_is_never_left_without_work_when_all_are_free() => ForEveryWorkload(jobs =>
    {
        var queue = Make.Queue(null, [.. jobs.Select(job => job with { Avoid = [] })]);
        var starts = new DispatchPolicy(queue.Options).Next(queue, Fleet(), Make.At(10_000)).Assignments;
        return jobs.Count == 0 ? starts.IsEmpty : starts.Length >= 1 && starts.Select(start => start.Instance.Id).Distinct().Count() == starts.Length;
    });

    [Fact]
    public void Of_many_copies_the_cheapest_is_chosen_and_the_next_is_named() =>
        Check.One(Often, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var fleet = (bytes ?? []).Chunk(2).Where(pair => pair.Length == 2).Select((pair, x) =>
                (pair[0] % 4 == 0 ? Make.Free($"gpu{x}", "c") : Make.Busy($"gpu{x}", pair[0] % 60, "c")) with
                {
                    Speed = 0.5 + pair[1] % 7 / 4.0, LoadScore = pair[1] % 5 / 5.0,
                }).ToArray();
            var queue = Make.Queue(null, Make.Job("job", "c"));
            var policy = new DispatchPolicy(queue.Options);
            var costs = policy.Explain(queue, "job", fleet, Make.At(0)).Select(verdict => verdict.Costs.Total).Order().ToArray();
            var decision = policy.Next(queue, fleet, Make.At(0));
            if (!fleet.Any(instance => instance.State == InstanceAvailability.Free)) return decision.Assignments.IsEmpty;
            var (chosen, next) = decision.Assignments is [var start]
                ? (start.Costs, start.RunnerUp)
                : (decision.Held.Single().Costs, decision.Held.Single().RunnerUp);
            return chosen.Total == costs[0] && next?.Costs.Total == (costs.Length > 1 ? costs[1] : null);
        }));

    /// <summary>By definition: from the moment as many were started since it came as waited before it, to a younger one's last start.</summary>
    private static double LongestPassingOver(List<DispatchJob> jobs, Drive drive)
    {
        var place = jobs.Select((job, i) => (job.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i);
        var longest = 0.0;
        foreach (var job in jobs)
        {
            var arrival = (job.Arrival - Make.Start).TotalSeconds;
            var own = drive.Starts.FindIndex(start => start.Job.Id == job.Id);
            var turn = TurnOf(job, arrival, drive, place);
            for (var i = 0; i < own; i++)
            {
                var start = drive.Starts[i];
                var waited = start.StillWaiting.Any(other => other.Id == job.Id);
                if (waited && place[start.Job.Id] > place[job.Id] && !job.Avoid.Contains(start.Instance) && start.At >= turn)
                    longest = Math.Max(longest, start.At - turn);
            }
        }

        return longest;
    }

    private static double TurnOf(DispatchJob job, double arrival, Drive drive, Dictionary<string, int> place)
    {
        // Those that came before it and were not started when it came must be started, or as many others.
        var startedBefore = drive.Starts.TakeWhile(start => start.At < arrival || (start.At == arrival && !start.StillWaiting.Any(other => other.Id == job.Id) && place[start.Job.Id] < place[job.Id])).Count();
        var ahead = place[job.Id] - startedBefore;
        return ahead <= 0 ? arrival : drive.Starts[startedBefore + ahead - 1].At;
    }
}
