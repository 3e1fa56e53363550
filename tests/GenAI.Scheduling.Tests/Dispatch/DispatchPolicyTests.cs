using GenAI.Scheduling.Dispatch;

namespace GenAI.Scheduling.Tests.Dispatch;

public sealed class DispatchPolicyTests
{
    private static DispatchDecision Next(DispatchQueue queue, double now, params InstanceView[] instances) =>
        new DispatchPolicy(queue.Options).Next(queue, instances, Make.At(now));

    private static void StartAndFinish(DispatchQueue queue, string id, double now)
    {
        var decision = Next(queue, now, Make.Free("gpu", "a"));
        var assignment = Assert.Single(decision.Assignments, start => start.Job.Id == id);
        queue.Start(assignment, Make.At(now));
        queue.Finish(assignment.Job, assignment.Instance, 10, 10, Make.At(now + 10));
    }

    [Fact]
    public void A_job_goes_to_the_free_instance_that_holds_its_checkpoint()
    {
        var decision = Next(Make.Queue(null, Make.Job("1", "b")), 0, Make.Free("x", "a"), Make.Free("y", "b"));

        var start = Assert.Single(decision.Assignments);
        Assert.Equal(("1", "y", AssignmentReason.Warm), (start.Job.Id, start.Instance.Id, start.Reason));
        Assert.Equal("x", start.RunnerUp?.Instance.Id);
        Assert.True(start.RunnerUp?.Costs.Total > start.Costs.Total);
    }

    [Fact]
    public void The_worked_example_of_the_documentation_holds()
    {
        var queue = Make.Queue(null, Make.Job("warm", "a"), Make.Job("held", "c"));

        var decision = Next(queue, 0, Make.Free("first", "a"), Make.Free("second", "b"), Make.Busy("third", 10, "c"));

        Assert.Equal(("warm", "first"), (Assert.Single(decision.Assignments).Job.Id, decision.Assignments[0].Instance.Id));
        var held = Assert.Single(decision.Held);
        Assert.Equal(("held", "third", "second"), (held.Job.Id, held.Awaited.Id, held.RunnerUp?.Instance.Id));
    }

    [Fact]
    public void A_job_does_not_wait_for_a_warm_instance_that_stays_busy_for_long()
    {
        var decision = Next(Make.Queue(null, Make.Job("1", "c")), 0, Make.Free("idle", "b"), Make.Busy("warm", 500, "c"));

        Assert.Equal(("idle", AssignmentReason.LoadIsCheapest), (Assert.Single(decision.Assignments).Instance.Id, decision.Assignments[0].Reason));
    }

    [Fact]
    public void Of_one_checkpoints_jobs_a_short_one_goes_first_once_times_can_be_told()
    {
        DispatchJob long_ = Make.Job("long", "a") with { Steps = 100 }, short_ = Make.Job("short", "a", 1) with { Steps = 10 };
        var queue = Make.Queue(null, long_, short_);
        Assert.Equal("long", Assert.Single(Next(queue, 1, Make.Free("x", "a")).Assignments).Job.Id);

        for (var i = 0; i < 100; i++) queue.Services.Observe(Make.Job($"{i}", "a") with { Steps = 10 + i }, 10 + i);
        queue = Again(queue, long_, short_);

        Assert.Equal("short", Assert.Single(Next(queue, 1, Make.Free("x", "a")).Assignments).Job.Id);
    }

    [Fact]
    public void A_long_job_that_has_waited_goes_before_short_ones_that_have_just_come()
    {
        DispatchJob long_ = Make.Job("long", "a") with { Steps = 100 }, short_ = Make.Job("short", "a", 500) with { Steps = 50 };
        var queue = Make.Queue();
        for (var i = 0; i < 100; i++) queue.Services.Observe(Make.Job($"{i}", "a") with { Steps = 10 + i }, 10 + i);
        queue = Again(queue, long_, short_);

        Assert.Equal("long", Assert.Single(Next(queue, 500, Make.Free("x", "a")).Assignments).Job.Id);
    }

    /// <summary>A job's time is told when it is queued.</summary>
    private static DispatchQueue Again(DispatchQueue queue, params DispatchJob[] jobs)
    {
        foreach (var job in jobs)
        {
            queue.Cancel(job.Id, job.Arrival);
            queue.Enqueue(job, job.Arrival);
        }

        return queue;
    }

    [Fact]
    public void The_checkpoint_that_is_wanted_least_is_evicted()
    {
        var queue = Make.Queue();
        for (var i = 0; i < 40; i++)
        {
            queue.Enqueue(Make.Job($"popular {i}", "popular", i * 10), Make.At(i * 10));
            Assert.True(queue.Cancel($"popular {i}", Make.At(i * 10)));
        }

        queue.Enqueue(Make.Job("rare", "rare", 400), Make.At(400));
        queue.Cancel("rare", Make.At(400));
        queue.Enqueue(Make.Job("new", "new", 400), Make.At(400));

        var decision = Next(queue, 400, Make.Free("x", "popular"), Make.Free("y", "rare"));

        Assert.Equal("y", Assert.Single(decision.Assignments).Instance.Id);
    }

    [Fact]
    public void Instances_that_must_be_avoided_or_do_not_fit_get_nothing_and_Explain_says_why()
    {
        var job = Make.Job("1", "a") with { Avoid = ["bad"], Track = "stable", MemoryBytes = 10 };
        var queue = Make.Queue(null, job);
        InstanceView[] instances =
        [
            Make.Free("bad", "a") with { Track = "stable" },
            Make.Free("canary", "a") with { Track = "canary" },
            Make.Free("small", "a") with { Track = "stable", MemoryBytes = 5 },
            Make.Free("other model", "a") with { Track = "stable", Model = "n" },
            Make.Free("down", "a") with { Track = "stable", State = InstanceAvailability.Unavailable },
            Make.Free("good") with { Track = "stable", MemoryBytes = 20 },
        ];
        var policy = new DispatchPolicy(queue.Options);

        Assert.Equal("good", Assert.Single(policy.Next(queue, instances, Make.At(0)).Assignments).Instance.Id);
        var verdicts = policy.Explain(queue, "1", instances, Make.At(0));
        Assert.Equal(["avoid", "track", "memory", "model", "state", null], verdicts.Select(verdict => verdict.RefusedBy));
        Assert.True(verdicts[^1].Costs.Load > 0);
    }

    [Fact]
    public void A_job_that_nothing_may_run_does_not_hold_up_those_behind_it()
    {
        var queue = Make.Queue(null, Make.Job("stuck", "a") with { Track = "gone" }, Make.Job("fine", "a", 1));

        Assert.Equal("fine", Assert.Single(Next(queue, 2, Make.Free("x", "a")).Assignments).Job.Id);
    }

    [Fact]
    public void Priority_is_a_head_start_and_a_deadline_makes_urgent()
    {
        var options = new DispatchOptions();
        var queue = Make.Queue(options, Make.Job("first", "a"), Make.Job("important", "a", 30) with { Priority = 1 });
        Assert.Equal("important", Assert.Single(Next(queue, 31, Make.Free("x", "a")).Assignments).Job.Id);

        queue = Make.Queue(options, Make.Job("first", "a"), Make.Job("important but late", "a", 90) with { Priority = 1 });
        Assert.Equal("first", Assert.Single(Next(queue, 91, Make.Free("x", "a")).Assignments).Job.Id);

        queue = Make.Queue(options, Make.Job("first", "a"), Make.Job("due", "a", 30) with { Deadline = Make.At(90) });
        Assert.Equal("due", Assert.Single(Next(queue, 31, Make.Free("x", "a")).Assignments).Job.Id);
    }

    [Fact]
    public void A_job_that_was_passed_over_for_as_long_as_is_allowed_goes_first_although_it_must_load()
    {
        var options = new DispatchOptions { PassingOverLimit = TimeSpan.FromSeconds(60), ImpatienceGrowth = 0 };
        var queue = Make.Queue(options, Make.Job("rare", "b"));
        for (var i = 0; i < 5; i++) queue.Enqueue(Make.Job($"popular {i}", "a", 59), Make.At(59));

        Assert.Equal("popular 0", Assert.Single(Next(queue, 59, Make.Free("x", "a")).Assignments).Job.Id);
        var late = Assert.Single(Next(queue, 60, Make.Free("x", "a")).Assignments);
        Assert.Equal(("rare", AssignmentReason.PassedOverLongEnough), (late.Job.Id, late.Reason));
    }

    [Theory]
    [InlineData(1, "old")]
    [InlineData(80, "popular 0")]
    public void A_minute_of_waiting_is_worth_a_load_unless_everybody_waits_for_long(int popular, string first)
    {
        var options = new DispatchOptions { LoadPrice = 0, Weights = new DispatchOptions().Weights.SetItem("eviction", 0) };
        var queue = Make.Queue(options, Make.Job("old", "b"));
        for (var i = 0; i < popular; i++) queue.Enqueue(Make.Job($"popular {i}", "a", 60), Make.At(60));

        Assert.Equal(first, Assert.Single(Next(queue, 60, Make.Free("x", "a")).Assignments).Job.Id);
    }

    [Fact]
    public void A_held_job_names_the_moment_from_which_it_may_be_held_no_longer()
    {
        var queue = Make.Queue(null, Make.Job("held", "c"));

        var decision = Next(queue, 0, Make.Free("idle", "b"), Make.Busy("warm", 5, "c"));

        Assert.Empty(decision.Assignments);
        Assert.Equal(Make.At(0) + queue.Options.PassingOverLimit, decision.ReviewAt);
    }

    [Theory]
    [InlineData(30 * 60)]
    [InlineData(0.001)]
    public void A_fleet_that_is_free_at_once_is_filled_in_several_short_decisions(double passingOverLimit)
    {
        var queue = Make.Queue(
            new DispatchOptions { PassingOverLimit = TimeSpan.FromSeconds(passingOverLimit) }, [.. Enumerable.Range(0, 300).Select(i => Make.Job($"{i}", $"c{i % 7}"))]);
        var instances = Enumerable.Range(0, 250).Select(i => Make.Free($"i{i}", $"c{i % 7}")).ToArray();
        List<int> starts = [];
        DispatchDecision decision;
        do
        {
            decision = Next(queue, 1, instances);
            foreach (var start in decision.Assignments)
            {
                queue.Start(start, Make.At(1));
                instances[Array.IndexOf(instances, start.Instance)] = start.Instance with { State = InstanceAvailability.Busy, FreeAt = Make.At(60) };
            }

            starts.Add(decision.Assignments.Length);
        }
        while (decision.ReviewAt <= Make.At(1));

        Assert.Equal([100, 100, 50], starts);
    }

    [Fact]
    public void The_faster_of_two_equal_instances_and_then_the_less_loaded_one_is_chosen()
    {
        var queue = Make.Queue(null, Make.Job("1", "a"));
        Assert.Equal("fast", Assert.Single(Next(queue, 0, Make.Free("slow", "a") with { Speed = 0.5 }, Make.Free("fast", "a")).Assignments).Instance.Id);
        Assert.Equal(
            "calm", Assert.Single(Next(queue, 0, Make.Free("strained", "a") with { LoadScore = 0.9 }, Make.Free("calm", "a")).Assignments).Instance.Id);
    }

    [Theory]
    [InlineData(0.5, 1, "slow")]
    [InlineData(0.5, 6, "slow")]
    [InlineData(0.125, 1, null)]
    [InlineData(0.125, 6, "slow")]
    public void A_job_waits_for_faster_instances_only_where_a_much_slower_one_is_free_and_few_others_wait(double speed, int waiting, string? expected)
    {
        var queue = Make.Queue(null, [.. Enumerable.Range(0, waiting).Select(i => Make.Job($"{i}", "a"))]);

        var decision = Next(queue, 0, Make.Free("slow", "a") with { Speed = speed }, Make.Busy("fast", 20, "a"), Make.Busy("fast too", 30, "a"));

        Assert.Equal(expected, decision.Assignments.SingleOrDefault()?.Instance.Id);
        if (expected is null) Assert.StartsWith("0 waits for fast, ", Assert.Single(decision.Held).ToString(), StringComparison.Ordinal);
        else Assert.Contains($"slow (speed {(speed == 0.5 ? "0.50" : "0.13")})", decision.Assignments[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Loras_in_memory_decide_between_instances_with_the_same_checkpoint()
    {
        var queue = Make.Queue(null, Make.Job("1", "a") with { Loras = ["l"] });

        Assert.Equal("y", Assert.Single(Next(queue, 0, Make.Free("x", "a"), Make.Free("y", "a") with { Loras = ["l"] }).Assignments).Instance.Id);
    }

    [Fact]
    public void An_instance_with_room_loads_without_evicting()
    {
        var queue = Make.Queue(null, Make.Job("a", "a"), Make.Job("b", "b"));
        queue.Cancel("a", Make.At(0));

        var start = Assert.Single(Next(queue, 1, Make.Free("full", "a"), Make.Free("roomy", "a") with { Room = 2 }).Assignments);

        Assert.Equal(("roomy", 0.0), (start.Instance.Id, start.Costs.Eviction));
    }

    [Fact]
    public void With_prefetch_a_free_instance_loads_what_is_likely_to_be_wanted()
    {
        var options = new DispatchOptions { Prefetch = true };
        var queue = Make.Queue(options);
        for (var i = 0; i < 60; i++)
        {
            queue.Enqueue(Make.Job($"{i}", "popular", i * 5), Make.At(i * 5));
            queue.Cancel($"{i}", Make.At(i * 5));
        }

        var decision = Next(queue, 300, Make.Free("x", "forgotten"), Make.Free("y", "forgotten too"));

        Assert.Equal("popular", Assert.Single(decision.Prefetches).Checkpoint);
        Assert.Empty(Next(queue, 300, Make.Free("x", "popular"), Make.Busy("y", 400, "forgotten")).Prefetches);
    }

    [Fact]
    public void Deciding_changes_nothing()
    {
        var queue = Make.Queue(null, [.. Enumerable.Range(0, 30).Select(i => Make.Job($"{i}", $"c{i % 7}", i))]);
        InstanceView[] instances = [Make.Free("x", "c0"), Make.Free("y", "c3"), Make.Busy("z", 40, "c5")];
        var policy = new DispatchPolicy(queue.Options);

        var once = policy.Next(queue, instances, Make.At(30));
        var again = policy.Next(queue, instances, Make.At(30));

        Assert.Equal(once.Assignments, again.Assignments);
        Assert.Equal(30, queue.Count);
    }

    [Fact]
    public void A_job_is_queued_once_and_started_once()
    {
        var queue = Make.Queue(null, Make.Job("1", "a"));
        Assert.Throws<ArgumentException>(() => queue.Enqueue(Make.Job("1", "a"), Make.At(0)));
        Assert.Throws<ArgumentException>(() => queue.Enqueue(Make.Job("2", "a") with { Weight = 0 }, Make.At(0)));

        var start = Assert.Single(Next(queue, 0, Make.Free("x", "a")).Assignments);
        queue.Start(start, Make.At(0));
        Assert.Throws<InvalidOperationException>(() => queue.Start(start, Make.At(0)));
        Assert.False(queue.Cancel("1", Make.At(0)));
    }

    [Fact]
    public void The_service_time_of_finished_jobs_is_learned()
    {
        var queue = Make.Queue();
        for (var i = 0; i < 200; i++)
        {
            queue.Enqueue(Make.Job($"{i}", "a", i * 20), Make.At(i * 20));
            StartAndFinish(queue, $"{i}", i * 20);
        }

        Assert.InRange(queue.Services.Mean, 10, 11);
        Assert.True(queue.Services.Usable);
        Assert.InRange(queue.Services.Expect(Make.Job("new", "a")), 9.9, 10.1);
    }
}
