using System.Collections.Concurrent;
using System.Threading.Channels;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Postgres;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;
using Npgsql;

namespace GenAI.Gateway.Tests.Jobs;

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalTests(PostgresServer server) : JournalContractTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private Task<string>? _database;

    [Fact]
    public async Task Several_gateways_start_at_once_on_an_empty_database()
    {
        var journals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync()));
        await AcceptAsync(journals[0], Make());
        foreach (var journal in journals) Assert.Single(await journal.ReadOpenAsync(Cancelled).ToListAsync(Cancelled));
        foreach (var journal in journals) await journal.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Gateways_that_claim_at_once_never_share_a_job_nor_fill_an_instance_beyond_its_slots(int slots)
    {
        const int Jobs = 30;
        var journals = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));
        var ids = (await journals[0].AcceptAsync([.. Enumerable.Range(0, Jobs).Select(_ => New(Make()))], Cancelled)).Select(job => job.Job.Id).ToArray();
        var (held, load) = (new ConcurrentDictionary<string, int>(), new int[3]);
        var (claims, ended) = (0, new ConcurrentDictionary<string, int>());
        await Task.WhenAll(Enumerable.Range(0, 9).Select(worker => Task.Run(() => WorkAsync(journals[worker % 3], new Random(worker)))));

        var page = await journals[0].ListAsync(new JobQuery { Limit = Jobs }, Cancelled);
        Assert.All(page.Jobs, job => Assert.Equal((JobState.Completed, 1), (job.State, ended[job.Id])));
        Assert.Equal(claims, page.Jobs.Sum(job => job.Attempts.Length));
        Assert.True(claims > Jobs, "None was given back.");
        foreach (var journal in journals) await journal.DisposeAsync();

        async Task WorkAsync(IJobJournal journal, Random random)
        {
            while (ended.Count < Jobs)
            {
                var instance = random.Next(3);
                if (await journal.TryClaimAsync(ids[random.Next(Jobs)], $"flux-{instance}", slots, Noon, Cancelled) is not { } job) continue;
                Interlocked.Increment(ref claims);
                Assert.True(held.TryAdd(job.Id, instance), $"{job.Id} was claimed twice.");
                Assert.InRange(Interlocked.Increment(ref load[instance]), 1, slots);
                await journal.UpdateAsync(job = job with { State = JobState.Running }, Cancelled);

                // It is free as soon as that is written, so not counted any more before.
                Interlocked.Decrement(ref load[instance]);
                held.TryRemove(job.Id, out _);
                if (random.Next(3) == 0)
                {
                    await journal.UpdateAsync(job with { State = JobState.Queued }, Cancelled);
                    continue;
                }

                await journal.EndAsync(job with { State = JobState.Completed, EndedAt = Noon }, default, Cancelled);
                ended.AddOrUpdate(job.Id, 1, (_, times) => times + 1);
            }
        }
    }

    [Fact]
    public async Task What_a_silent_gateway_had_is_taken_over_and_it_can_write_no_more_of_it()
    {
        await using var silent = await OpenAsync();
        await using var other = await OpenAsync();
        var claimed = (await silent.TryClaimAsync((await AcceptAsync(silent, Make())).Id, "flux-0", 1, Noon, Cancelled))!;
        Assert.Empty(await other.RenewAsync(Lease, Cancelled));
        await ExecuteAsync("UPDATE gateways SET seen_at = seen_at - interval '1 minute' WHERE id IN (SELECT gateway FROM jobs); UPDATE gateways SET since = since - interval '1 minute'");

        Assert.Equal(claimed.Id, Assert.Single(await other.RenewAsync(Lease, Cancelled)).Id);
        Assert.Empty(await other.RenewAsync(Lease, Cancelled));
        Assert.Empty(await silent.RenewAsync(Lease, Cancelled));
        await Assert.ThrowsAsync<JobTakenException>(() => silent.UpdateAsync(claimed with { State = JobState.Running }, Cancelled));
        await Assert.ThrowsAsync<JobTakenException>(() => silent.EndAsync(claimed with { State = JobState.Completed, EndedAt = Noon }, default, Cancelled));
        await other.UpdateAsync(claimed with { State = JobState.Running }, Cancelled);
        await other.EndAsync(claimed with { State = JobState.Completed, EndedAt = Noon }, default, Cancelled);
        await Assert.ThrowsAsync<JobTakenException>(() => silent.EndAsync(claimed with { State = JobState.Failed, EndedAt = Noon }, default, Cancelled));
        Assert.Equal(JobState.Completed, (await silent.FindAsync(claimed.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task A_waiting_job_that_another_gateway_has_claimed_cannot_be_ended_as_waiting()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        var waiting = await AcceptAsync(one, Make());
        var claimed = (await other.TryClaimAsync(waiting.Id, "flux-0", 1, Noon, Cancelled))!;
        var cancelled = waiting with { State = JobState.Cancelled, EndedAt = Noon };
        await Assert.ThrowsAsync<JobTakenException>(() => one.EndAsync(cancelled, default, Cancelled));
        await other.UpdateAsync(claimed with { State = JobState.Queued }, Cancelled);
        // It waits again, but that it was tried this gateway has not heard.
        await Assert.ThrowsAsync<JobTakenException>(() => one.EndAsync(cancelled, default, Cancelled));
    }

    [Fact]
    public async Task After_the_database_itself_was_away_nobody_is_taken_for_dead()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await one.TryClaimAsync((await AcceptAsync(one, Make())).Id, "flux-0", 1, Noon, Cancelled);
        await ExecuteAsync("UPDATE gateways SET seen_at = seen_at - interval '1 minute', since = since - interval '1 minute'");
        Assert.Empty(await other.RenewAsync(Lease, Cancelled));
        Assert.Empty(await other.RenewAsync(Lease, Cancelled));
    }

    [Fact]
    public async Task Another_gateway_hears_of_what_is_accepted_claimed_given_back_and_ended()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await using var ears = new Ears(other, []);
        var accepted = await AcceptAsync(one, Make());
        await ears.HearsAsync(notice => notice is JobNoticed { Job.State: JobState.Queued } heard && heard.Job.Number == accepted.Number);
        var claimed = (await one.TryClaimAsync(accepted.Id, "flux-0", 1, Noon, Cancelled))!;
        await ears.HearsAsync(notice => notice is JobNoticed { Job: { State: JobState.Dispatched, Instance: "flux-0" } });
        await one.UpdateAsync(claimed with { State = JobState.Queued }, Cancelled);
        await ears.HearsAsync(notice => notice is JobNoticed { Job: { State: JobState.Queued, Attempts.Length: 1 } });
        claimed = (await one.TryClaimAsync(accepted.Id, "flux-0", 1, Noon, Cancelled))!;
        await one.EndAsync(claimed with { State = JobState.Completed, EndedAt = Noon }, default, Cancelled);
        await ears.HearsAsync(notice => notice is JobNoticed { Job.State: JobState.Completed });
    }

    [Fact]
    public async Task A_wish_to_cancel_reaches_the_gateway_that_has_the_job_and_the_one_that_takes_it_over()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await using var ears = new Ears(other, []);
        var job = await AcceptAsync(one, Make());
        var claimed = (await other.TryClaimAsync(job.Id, "flux-0", 1, Noon, Cancelled))!;
        await one.RequestCancelAsync(job.Id, Cancelled);
        await ears.HearsAsync(notice => notice is JobCancelRequested wish && wish.Id == job.Id);

        await using var third = await OpenAsync();
        await using var thirdEars = new Ears(third, []);
        await other.DisposeAsync();
        await Eventually.TrueAsync(async () => (await third.RenewAsync(Lease, Cancelled)).Any(taken => taken.Id == claimed.Id), Cancelled);
        await thirdEars.HearsAsync(notice => notice is JobCancelRequested wish && wish.Id == job.Id);
    }

    [Fact]
    public async Task A_database_that_is_away_refuses_what_comes_keeps_what_it_has_and_tells_afterwards_what_was_missed()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        var (kept, ending, forgotten) = (await AcceptAsync(one, Make()), await AcceptAsync(one, Make()), await AcceptAsync(one, Make()));
        await using (var before = new Ears(other, [kept.Id, ending.Id, forgotten.Id]))
        {
            await server.StopAsync(Cancelled);
            var refused = await Assert.ThrowsAsync<JournalException>(() => AcceptAsync(one, Make()));
            Assert.Contains("ConnectionStrings:jobs", refused.Message);
            await before.BreaksOffAsync();
        }

        await server.StartAgainAsync(Cancelled);
        var late = await AcceptAsync(one, Make());
        await one.EndAsync(ending with { State = JobState.Cancelled, EndedAt = Noon }, default, Cancelled);
        await one.EndAsync(forgotten with { State = JobState.Cancelled, EndedAt = Noon }, default, Cancelled);
        await one.ForgetAsync(forgotten.Id, Cancelled);

        await using var ears = new Ears(other, [kept.Id, ending.Id, forgotten.Id]);
        await ears.HearsAsync(notice => notice is JobNoticed heard && heard.Job.Id == late.Id);
        await ears.HearsAsync(notice => notice is JobNoticed { Job.State: JobState.Cancelled } heard && heard.Job.Id == ending.Id);
        await ears.HearsAsync(notice => notice is JobForgotten gone && gone.Id == forgotten.Id);
        Assert.Equal([kept.Id, late.Id], (await one.ReadOpenAsync(Cancelled).ToListAsync(Cancelled)).Select(job => job.Id));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=y", "Start it")]
    [InlineData("Hots=127.0.0.1", "expected Host=")]
    [InlineData("Host=127.0.0.1;Port=none", "expected Host=")]
    public async Task A_database_that_cannot_be_used_is_named_with_what_to_do(string connection, string advice)
    {
        var refused = await Assert.ThrowsAsync<JournalException>(() => new PostgresJournal(connection, TimeProvider.System).OpenAsync(Cancelled));
        Assert.Contains(advice, refused.Message);
        Assert.Contains("ConnectionStrings:jobs", refused.Message);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_or_was_made_by_a_newer_gateway_is_refused()
    {
        await using (await OpenAsync()) await ExecuteAsync("INSERT INTO genai.schema_version VALUES (99)");
        Assert.Contains("newer", (await Assert.ThrowsAsync<JournalException>(OpenAsync)).Message);
        var missing = new NpgsqlConnectionStringBuilder(await _database!) { Database = "nowhere" }.ConnectionString;
        var refused = await Assert.ThrowsAsync<JournalException>(() => new PostgresJournal(missing, TimeProvider.System).OpenAsync(Cancelled));
        Assert.Contains("Create the database", refused.Message);
    }

    private protected override async Task<IJobJournal> OpenAsync()
    {
        var journal = new PostgresJournal(await (_database ??= server.CreateDatabaseAsync(Cancelled)), TimeProvider.System);
        await journal.OpenAsync(Cancelled);
        return journal;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{await _database!};Search Path=genai");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>Listens to what a journal tells of other gateways.</summary>
    private sealed class Ears : IAsyncDisposable
    {
        private readonly Channel<JobNotice> _heard = Channel.CreateUnbounded<JobNotice>();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _listening;

        public Ears(IJobJournal journal, IReadOnlyCollection<string> known) => _listening = Task.Run(() => ListenAsync(journal, known));

        /// <summary>Steps over what is not it.</summary>
        public async Task HearsAsync(Func<JobNotice, bool> isIt)
        {
            while (!isIt(await _heard.Reader.ReadAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancelled)))
            {
            }
        }

        public Task<JournalException> BreaksOffAsync() => Assert.ThrowsAsync<JournalException>(() => _listening);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task ListenAsync(IJobJournal journal, IReadOnlyCollection<string> known)
        {
            await foreach (var notice in journal.WatchAsync(() => known, _stop.Token)) _heard.Writer.TryWrite(notice);
        }
    }
}
