using GenAI.ModelServer.Jobs;
using GenAI.Testing;

namespace GenAI.ModelServer.Tests.Jobs;

public sealed class JobQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Smaller_numbers_run_first_and_equal_ones_in_order_of_arrival()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);
        foreach (var (id, number) in (ReadOnlySpan<(string, double)>)[("a", 1), ("b", 0), ("c", 1), ("d", -1), ("e", 0)])
            Assert.True(queue.TryAdd(new TestJob(id, number)));

        var order = new List<string>();
        while (queue.PendingCount > 0)
        {
            order.Add((await TakeAsync(queue)).Id);
            queue.Finish();
        }

        Assert.Equal(["d", "b", "e", "a", "c"], order);
    }

    [Fact]
    public async Task A_full_queue_refuses_though_the_running_job_does_not_count()
    {
        using var queue = new JobQueue<TestJob>(1, 1000);
        queue.TryAdd(new TestJob("running"));
        await TakeAsync(queue);

        Assert.True(queue.TryAdd(new TestJob("waiting")));
        Assert.False(queue.TryAdd(new TestJob("refused")));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void Jobs_that_are_too_large_together_are_refused()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);

        Assert.True(queue.TryAdd(new TestJob("a") { Size = 600 }));
        Assert.False(queue.TryAdd(new TestJob("b") { Size = 401 }));
        Assert.True(queue.TryAdd(new TestJob("c") { Size = 400 }));
    }

    [Fact]
    public async Task A_removed_job_is_never_taken()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);
        queue.TryAdd(new TestJob("removed"));
        queue.TryAdd(new TestJob("kept"));

        Assert.True(queue.Remove("removed"));
        Assert.False(queue.Remove("removed"));

        Assert.Equal("kept", (await TakeAsync(queue)).Id);
        using var control = new JobControl(TimeProvider.System);
        var next = queue.TakeAsync(control, Cancel);
        queue.TryAdd(new TestJob("later"));
        Assert.Equal("later", (await next).Id);
    }

    [Fact]
    public async Task Stopping_reaches_the_running_job_only_by_its_name()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);
        using var control = new JobControl(TimeProvider.System);
        queue.TryAdd(new TestJob("running"));
        await queue.TakeAsync(control, Cancel);

        Assert.False(queue.Stop("other", JobStop.Interrupted));
        Assert.Null(control.Reason);
        Assert.True(queue.Stop("running", JobStop.Interrupted));
        Assert.Equal(JobStop.Interrupted, control.Reason);
        queue.Finish();
        Assert.False(queue.Stop(null, JobStop.Interrupted));
    }

    [Fact]
    public void A_closed_queue_gives_back_what_waits_and_takes_nothing_more()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);
        queue.TryAdd(new TestJob("b", 2));
        queue.TryAdd(new TestJob("a", 1));

        Assert.Equal(["a", "b"], queue.Close().Select(job => job.Id));
        Assert.False(queue.TryAdd(new TestJob("c")));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Every_change_is_announced()
    {
        using var queue = new JobQueue<TestJob>(10, 1000);
        var changes = 0;
        queue.Changed += (_, _) => changes++;

        queue.TryAdd(new TestJob("a"));
        queue.Remove("a");
        queue.Remove("a");
        queue.Clear();

        Assert.Equal(3, changes);
    }

    [Fact]
    public void The_first_reason_to_stop_stands()
    {
        var clock = new ManualTimeProvider();
        using var control = new JobControl(clock);
        control.StopAfter(TimeSpan.FromSeconds(10), JobStop.TimedOut);
        control.StopAfter(TimeSpan.FromSeconds(20), JobStop.Shutdown);

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(control.Token.IsCancellationRequested);
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(JobStop.TimedOut, control.Reason);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(3, 0.75)]
    public void The_load_score_rises_with_the_queue(int jobs, double score) => Assert.Equal(score, LoadScore.Of(jobs));

    [Fact]
    public void A_budget_is_spent_over_the_whole_job()
    {
        var budget = new JobBudget(1000);

        Assert.True(budget.TrySpend(10, 10, 6, 1));
        Assert.False(budget.TrySpend(10, 10, 5, 1));
        Assert.Contains("400 of the 1000", budget.Refusal(10, 10, 5, 1), StringComparison.Ordinal);
        Assert.True(budget.TrySpend(10, 10, 4, 1));
        Assert.False(budget.TrySpend(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
    }

    private static async Task<TestJob> TakeAsync(JobQueue<TestJob> queue)
    {
        using var control = new JobControl(TimeProvider.System);
        return await queue.TakeAsync(control, Cancel);
    }

    private sealed class TestJob(string id, double number = 0) : Job(id, number, DateTimeOffset.UnixEpoch)
    {
        public long Size { get; init; }

        public override long Bytes => Size;
    }
}
