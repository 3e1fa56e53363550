using System.Text;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.Tests.Jobs;

/// <summary>What every journal promises.</summary>
public abstract class JournalContractTests
{
    private protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_accepted_is_there_after_the_journal_is_opened_again()
    {
        Job accepted;
        await using (var journal = await OpenAsync()) accepted = await AcceptAsync(journal, Make() with { Priority = 3, Webhook = new Uri("https://example.com/done") });

        await using var again = await OpenAsync();
        var open = await again.ReadOpenAsync(Cancelled).ToListAsync(Cancelled);
        var found = Assert.Single(open);
        Assert.Equal((accepted.Id, 1L, 3, accepted.Webhook, Noon), (found.Id, found.Number, found.Priority, found.Webhook, found.AcceptedAt));
        Assert.Equal(accepted.Demand.Loras, found.Demand.Loras);
        Assert.Equal("payload", Encoding.UTF8.GetString((await again.ReadPayloadAsync(found.Id, Cancelled))!.Value.Span));
    }

    [Fact]
    public async Task Many_who_accept_at_once_each_get_a_number_of_their_own()
    {
        await using var journal = await OpenAsync();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => AcceptAsync(journal, Make())));
        Assert.Equal(Enumerable.Range(1, 500).Select(number => (long)number), jobs.Select(job => job.Number).Order());
    }

    [Fact]
    public async Task Jobs_of_one_request_are_numbered_in_its_order()
    {
        await using var journal = await OpenAsync();
        NewJob[] jobs = [.. Enumerable.Range(0, 300).Select(_ => New(Make()))];
        var accepted = await journal.AcceptAsync(jobs, Cancelled);
        Assert.Equal(jobs.Select(job => job.Job.Id), accepted.Select(job => job.Job.Id));
        Assert.Equal(Enumerable.Range(1, 300).Select(number => (long)number), accepted.Select(job => job.Job.Number));
    }

    [Fact]
    public async Task An_idempotency_key_stands_for_its_first_job_and_only_for_its_owner()
    {
        await using var journal = await OpenAsync();
        var first = await AcceptAsync(journal, Make() with { IdempotencyKey = "k" });
        var again = await journal.AcceptAsync([New(Make() with { IdempotencyKey = "k" }), New(Make() with { IdempotencyKey = "l" })], Cancelled);
        var others = await journal.AcceptAsync([New(Make() with { IdempotencyKey = "k", Owner = "other" })], Cancelled);

        Assert.Equal((first.Id, false), (again[0].Job.Id, again[0].IsNew));
        Assert.True(again[1].IsNew);
        Assert.True(others[0].IsNew);
    }

    [Fact]
    public async Task Many_who_use_one_idempotency_key_at_once_get_the_same_job()
    {
        await using var journal = await OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            (await journal.AcceptAsync([New(Make() with { IdempotencyKey = $"k{i % 5}" }), New(Make())], Cancelled))[0]));
        Assert.Equal(5, answers.Count(answer => answer.IsNew));
        Assert.Equal(5, answers.Select(answer => answer.Job.Id).Distinct().Count());
        Assert.Equal(55, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    [Fact]
    public async Task A_job_is_found_by_its_owners_idempotency_key_only()
    {
        await using var journal = await OpenAsync();
        var job = await AcceptAsync(journal, Make() with { IdempotencyKey = "k" });
        Assert.Equal(job.Id, (await journal.FindByKeyAsync(job.Owner, "k", Cancelled))!.Id);
        Assert.Null(await journal.FindByKeyAsync(job.Owner, "l", Cancelled));
        Assert.Null(await journal.FindByKeyAsync("another", "k", Cancelled));
    }

    [Fact]
    public async Task A_doubled_id_refuses_all_that_came_with_it()
    {
        await using var journal = await OpenAsync();
        var first = await AcceptAsync(journal, Make());
        var answer = await journal.AcceptAsync([New(Make()), New(Make() with { Id = first.Id })], Cancelled);

        Assert.All(answer, job => Assert.False(job.IsNew));
        Assert.Equal(1, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    [Fact]
    public async Task A_job_is_claimed_once_and_never_leaves_its_end()
    {
        await using var journal = await OpenAsync();
        var job = await AcceptAsync(journal, Make());
        var claimed = await journal.TryClaimAsync(job.Id, "flux-0", 1, Noon, Cancelled);
        Assert.Equal((JobState.Dispatched, "flux-0"), (claimed!.State, claimed.Instance));
        Assert.Null(await journal.TryClaimAsync(job.Id, "flux-1", 1, Noon, Cancelled));

        await journal.EndAsync(claimed with { State = JobState.Completed, EndedAt = Noon }, "result"u8.ToArray(), Cancelled);
        await journal.UpdateAsync(claimed with { State = JobState.Queued }, Cancelled);
        await journal.EndAsync(claimed with { State = JobState.Failed, EndedAt = Noon }, "other"u8.ToArray(), Cancelled);
        Assert.Equal(JobState.Completed, (await journal.FindAsync(job.Id, Cancelled))!.State);
        Assert.Equal("result", Encoding.UTF8.GetString((await journal.ReadResultAsync(job.Id, Cancelled))!.Value.Span));
    }

    [Fact]
    public async Task A_job_that_is_given_back_is_claimed_anew_with_both_attempts()
    {
        await using var journal = await OpenAsync();
        var job = await AcceptAsync(journal, Make());
        var claimed = (await journal.TryClaimAsync(job.Id, "flux-0", 1, Noon, Cancelled))!;
        await journal.UpdateAsync(claimed with { State = JobState.Running }, Cancelled);
        await journal.UpdateAsync(claimed with { State = JobState.Queued }, Cancelled);
        var again = await journal.TryClaimAsync(job.Id, "flux-1", 1, Noon, Cancelled);
        Assert.Equal(["flux-0", "flux-1"], again!.Attempts.Select(attempt => attempt.Instance));
        await journal.EndAsync(again with { State = JobState.Cancelled, EndedAt = Noon }, default, Cancelled);
        Assert.Equal(JobState.Cancelled, (await journal.FindAsync(job.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task What_was_claimed_before_the_start_is_taken_over_once()
    {
        await using (var journal = await OpenAsync())
        {
            var job = await AcceptAsync(journal, Make());
            await AcceptAsync(journal, Make());
            await journal.TryClaimAsync(job.Id, "flux-0", 1, Noon, Cancelled);
        }

        await using var again = await OpenAsync();
        Assert.Equal(JobState.Dispatched, Assert.Single(await again.RenewAsync(TimeSpan.FromSeconds(15), Cancelled)).State);
        Assert.Empty(await again.RenewAsync(TimeSpan.FromSeconds(15), Cancelled));
    }

    [Theory]
    [InlineData("ComfyUI_00001_.png", "ComfyUI_00002_.png", "ComfyUI_00003_.png")]
    [InlineData("a_b_00009_.webp", "a_b_00010_.webp", "a_b_00011_.webp")]
    [InlineData("cat.png", "cat_00001_.png", "cat_00002_.png")]
    [InlineData("none", "none_00001_", "none_00002_")]
    public async Task A_name_that_is_taken_moves_the_counter_on(string wanted, string second, string third)
    {
        await using var journal = await OpenAsync();
        var job = await AcceptAsync(journal, Make());
        string[] names = [await NameAsync(""), await NameAsync(""), await NameAsync(""), await NameAsync("other")];
        Assert.Equal([wanted, second, third, wanted], names);

        Task<string> NameAsync(string subfolder) => journal.ReserveNameAsync("output", subfolder, wanted, job.Id, Cancelled);
    }

    [Fact]
    public async Task An_output_is_found_by_its_name_and_a_content_is_unused_when_its_last_job_is_forgotten()
    {
        await using var journal = await OpenAsync();
        var output = new JobOutput("9", "images", "x.png", "", "output", new string('a', 64), "image/png", 10);
        var jobs = new List<Job>();
        for (var i = 0; i < 2; i++)
        {
            var claimed = (await journal.TryClaimAsync((await AcceptAsync(journal, Make())).Id, "flux-0", 1, Noon, Cancelled))!;
            var name = await journal.ReserveNameAsync("output", "", "x.png", claimed.Id, Cancelled);
            jobs.Add(claimed with { State = JobState.Completed, EndedAt = Noon, Outputs = [output with { Filename = name }] });
            await journal.EndAsync(jobs[i], default, Cancelled);
        }

        Assert.Equal(jobs[1].Id, (await journal.FindOutputAsync("output", "", jobs[1].Outputs[0].Filename, Cancelled))!.Value.Job.Id);
        Assert.Null(await journal.FindOutputAsync("temp", "", "x.png", Cancelled));
        Assert.Empty((await journal.ForgetAsync(jobs[0].Id, Cancelled))!);
        Assert.Equal([output.Hash], await journal.ForgetAsync(jobs[1].Id, Cancelled));
        Assert.Null(await journal.ForgetAsync(jobs[1].Id, Cancelled));
        Assert.Equal([output.Hash], await journal.FindUnusedAsync([output.Hash], Cancelled));
    }

    [Fact]
    public async Task Pruning_deletes_what_is_too_old_too_many_or_too_large_and_nothing_that_waits()
    {
        await using var journal = await OpenAsync();
        await AcceptAsync(journal, Make());
        for (var i = 0; i < 6; i++)
        {
            var job = (await journal.TryClaimAsync((await AcceptAsync(journal, Make())).Id, "flux-0", 1, Noon, Cancelled))!;
            var output = new JobOutput("9", "images", $"{i}.png", "", "output", new string((char)('a' + i), 64), "image/png", 100);
            await journal.EndAsync(job with { State = JobState.Completed, EndedAt = Noon.AddMinutes(i), Outputs = [output] }, default, Cancelled);
        }

        var old = await journal.PruneAsync(new JobRetention(TimeSpan.FromMinutes(10), 1000, 1000), Noon.AddMinutes(10.5), Cancelled);
        var many = await journal.PruneAsync(new JobRetention(TimeSpan.FromDays(1), 4, 1000), Noon.AddMinutes(10), Cancelled);
        var large = await journal.PruneAsync(new JobRetention(TimeSpan.FromDays(1), 4, 250), Noon.AddMinutes(10), Cancelled);

        Assert.Equal([new string('a', 64)], old);
        Assert.Equal([new string('b', 64)], many);
        Assert.Equal([new string('c', 64), new string('d', 64)], large.Order());
        Assert.Equal(3, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    [Fact]
    public async Task A_list_is_filtered_ordered_and_paged()
    {
        await using var journal = await OpenAsync();
        for (var i = 0; i < 5; i++) await AcceptAsync(journal, Make() with { Owner = i % 2 == 0 ? "a" : "b", WorkflowId = i < 2 ? "w" : null });
        var page = await journal.ListAsync(new JobQuery { Owner = "a", States = [JobState.Queued], Descending = true, Offset = 1, Limit = 1 }, Cancelled);
        Assert.Equal((3, 3L), (page.Total, Assert.Single(page.Jobs).Number));
        Assert.Equal([1L, 2L], (await journal.ListAsync(new JobQuery { WorkflowId = "w" }, Cancelled)).Jobs.Select(job => job.Number));
        Assert.Equal(0, (await journal.ListAsync(new JobQuery { States = [JobState.Lost] }, Cancelled)).Total);
    }

    [Fact]
    public async Task Jobs_are_listed_by_how_long_they_ran_those_that_did_not_as_the_shortest()
    {
        await using var journal = await OpenAsync();
        var ids = new List<string> { (await AcceptAsync(journal, Make())).Id };
        foreach (var seconds in (int[])[5, 2])
        {
            var job = (await journal.TryClaimAsync((await AcceptAsync(journal, Make())).Id, "flux-0", 1, Noon, Cancelled))!;
            ids.Add(job.Id);
            var attempt = job.Attempts[0] with { StartedAt = Noon };
            await journal.EndAsync(job with { State = JobState.Completed, Attempts = [attempt], EndedAt = Noon.AddSeconds(seconds) }, default, Cancelled);
        }

        var shortest = await journal.ListAsync(new JobQuery { Order = JobOrder.ExecutionTime }, Cancelled);
        var longest = await journal.ListAsync(new JobQuery { Order = JobOrder.ExecutionTime, Descending = true }, Cancelled);
        Assert.Equal([ids[0], ids[2], ids[1]], shortest.Jobs.Select(job => job.Id));
        Assert.Equal([ids[1], ids[2], ids[0]], longest.Jobs.Select(job => job.Id));
    }

    /// <summary>The same journal each time.</summary>
    private protected abstract Task<IJobJournal> OpenAsync();

    private protected static async Task<Job> AcceptAsync(IJobJournal journal, Job job) => (await journal.AcceptAsync([New(job)], Cancelled))[0].Job;

    private protected static NewJob New(Job job) => new(job, "payload"u8.ToArray());

    private protected static Job Make() => new()
    {
        Id = Guid.NewGuid().ToString("D"),
        Model = "flux-1-dev",
        Source = JobSource.ComfyUI,
        Owner = "a",
        Number = 0,
        Demand = new JobDemand { Checkpoint = "flux1-dev.safetensors", Loras = ["x.safetensors"] },
        AcceptedAt = Noon,
    };
}
