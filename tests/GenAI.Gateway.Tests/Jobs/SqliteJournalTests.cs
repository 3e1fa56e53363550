using System.Text;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Jobs;

public sealed class SqliteJournalTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string FilePath => _folder.Combine("state", "jobs.db");

    public void Dispose() => _folder.Dispose();

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
        Assert.Equal([new string('c', 64), new string('d', 64)], large);
        Assert.Equal(3, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    [Fact]
    public async Task A_list_is_filtered_ordered_and_paged()
    {
        await using var journal = await OpenAsync();
        for (var i = 0; i < 5; i++) await AcceptAsync(journal, Make() with { Owner = i % 2 == 0 ? "a" : "b" });
        var page = await journal.ListAsync(new JobQuery { Owner = "a", States = [JobState.Queued], Descending = true, Offset = 1, Limit = 1 }, Cancelled);
        Assert.Equal((3, 3L), (page.Total, Assert.Single(page.Jobs).Number));
        Assert.Equal(0, (await journal.ListAsync(new JobQuery { States = [JobState.Lost] }, Cancelled)).Total);
    }

    [Fact]
    public async Task A_second_gateway_is_kept_off_and_told_who_has_it()
    {
        await using var journal = await OpenAsync();
        var refused = await Assert.ThrowsAsync<JournalException>(() => new SqliteJournal(FilePath).OpenAsync(Cancelled));
        Assert.Contains($"process {Environment.ProcessId}", refused.Message);
    }

    [Fact]
    public async Task A_damaged_file_is_named_with_what_to_do()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, new string('x', 5000), Cancelled);
        var refused = await Assert.ThrowsAsync<JournalException>(() => new SqliteJournal(FilePath).OpenAsync(Cancelled));
        Assert.Contains("move it away", refused.Message);
        Assert.Contains(FilePath, refused.Message);
    }

    [Fact]
    public async Task A_full_disk_refuses_what_comes_keeps_what_was_accepted_and_recovers()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 4, Cancelled);
        var filler = Path.Combine(disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[2 << 20], Cancelled);
        await using var journal = new SqliteJournal(Path.Combine(disk.Path, "jobs.db"));
        await journal.OpenAsync(Cancelled);
        var kept = new List<Job>();
        var refused = await Assert.ThrowsAsync<JournalException>(async () =>
        {
            for (var i = 0; i < 1000; i++) kept.Add((await journal.AcceptAsync([new NewJob(Make(), new byte[100_000])], Cancelled))[0].Job);
        });
        Assert.Contains("is full", refused.Message);
        Assert.NotEmpty(kept);

        File.Delete(filler);
        await AcceptAsync(journal, Make());
        Assert.Equal(kept.Count + 1, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    private async Task<SqliteJournal> OpenAsync()
    {
        var journal = new SqliteJournal(FilePath);
        await journal.OpenAsync(Cancelled);
        return journal;
    }

    private static async Task<Job> AcceptAsync(SqliteJournal journal, Job job) => (await journal.AcceptAsync([New(job)], Cancelled))[0].Job;

    private static NewJob New(Job job) => new(job, "payload"u8.ToArray());

    private static Job Make() => new()
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
