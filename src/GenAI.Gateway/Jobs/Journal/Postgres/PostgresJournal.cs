using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>
/// The journal of several gateways on one queue: a PostgreSQL database. Who has which job, and for how long it may be silent, is decided there,
/// by its clock; a gateway that was taken for dead can write no more of what another has taken over.
/// </summary>
/// <param name="connectionString">As Npgsql reads it.</param>
/// <param name="clock">Limits how long a stop waits for the database.</param>
internal sealed class PostgresJournal(string connectionString, TimeProvider clock) : IJobJournal
{
    private const int PageSize = 1000;
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(3);

    private PostgresDatabase? _database;
    private PostgresAccepts? _accepts;
    private JobWatch? _watch;

    private PostgresDatabase Database => _database ?? throw new InvalidOperationException("The journal is not open.");

    private JobWatch Watch => _watch ?? throw new InvalidOperationException("The journal is not open.");

    private string Gateway => Database.Gateway;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(connectionString);
        try
        {
            await database.RunAsync(
                async (connection, stop) =>
                {
                    await PostgresSchema.MigrateAsync(connection, stop);
                    return await JobClaims.EnterAsync(connection, database.Gateway, stop);
                },
                cancellationToken);
            _watch = new JobWatch(database);
            await _watch.BeginAsync(cancellationToken);
            (_database, _accepts) = (database, new PostgresAccepts(database));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<AcceptedJob>> AcceptAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        (_accepts ?? throw new InvalidOperationException("The journal is not open.")).AcceptAsync(jobs, cancellationToken);

    public async Task<Job?> TryClaimAsync(string id, string instance, int slots, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Before it is asked for, so that a renewal meanwhile does not hand it out a second time.
        if (!Database.Held.TryAdd(id, true)) return null;
        ClaimedJob? claimed = null;
        try
        {
            claimed = await RunAsync((connection, stop) => JobClaims.TryClaimAsync(connection, Gateway, id, instance, slots, now, stop), cancellationToken);
        }
        finally
        {
            if (claimed is null) Database.Held.TryRemove(id, out _);
        }

        if (claimed is { IsToBeCancelled: true }) await Watch.TellAsync(new JobCancelRequested(id), cancellationToken);
        return claimed?.Job;
    }

    public async Task UpdateAsync(Job job, CancellationToken cancellationToken)
    {
        await WriteAsync(job, (connection, isHeld, stop) => JobWrites.UpdateAsync(connection, Gateway, job, isHeld, stop), cancellationToken);
        if (job.State == JobState.Queued) Database.Held.TryRemove(job.Id, out _);
    }

    public async Task EndAsync(Job job, ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        var bytes = result.ToArray();
        await WriteAsync(job, (connection, isHeld, stop) => JobWrites.EndAsync(connection, Gateway, job, bytes, isHeld, stop), cancellationToken);
        Database.Held.TryRemove(job.Id, out _);
    }

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.FindAsync(connection, id, stop), cancellationToken);

    public Task<Job?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.FindByKeyAsync(connection, owner, key, stop), cancellationToken);

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.ListAsync(connection, query, stop), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadPayloadAsync(string id, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.BytesAsync(connection, "payload", id, stop), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadResultAsync(string id, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.BytesAsync(connection, "result", id, stop), cancellationToken);

    public async IAsyncEnumerable<Job> ReadOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        while (true)
        {
            var after = last;
            var page = await RunAsync((connection, stop) => JobReads.OpenAsync(connection, after, PageSize, stop), cancellationToken);
            foreach (var job in page) yield return job;
            if (page.Count < PageSize) yield break;
            last = page[^1].Number;
        }
    }

    public async Task<IReadOnlyList<Job>> RenewAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var held = Database.Held.Keys.ToHashSet(StringComparer.Ordinal);
        var claimed = await RunAsync((connection, stop) => JobClaims.RenewAsync(connection, Gateway, lease, stop), cancellationToken);
        HasListeners = await RunAsync((connection, stop) => JobClaims.HasOthersAsync(connection, Gateway, lease, stop), cancellationToken);
        var inherited = claimed.Where(job => !held.Contains(job.Job.Id) && Database.Held.TryAdd(job.Job.Id, true)).ToList();
        foreach (var job in inherited.Where(job => job.IsToBeCancelled)) await Watch.TellAsync(new JobCancelRequested(job.Job.Id), cancellationToken);
        return [.. inherited.Select(job => job.Job)];
    }

    public bool HasListeners { get; private set; }

    public Task RelayAsync(IReadOnlyList<JobRelay> relays, CancellationToken cancellationToken)
    {
        var notes = relays.Select(relay => JobNote.Relay(Gateway, relay)).Where(note => Encoding.UTF8.GetByteCount(note) <= JobNote.LongestText).ToArray();
        return RunAsync(
            (connection, stop) => connection.Command("SELECT pg_notify($1, note) FROM unnest($2) AS note", PostgresDatabase.Channel, notes).ExecuteAsync(stop),
            cancellationToken);
    }

    public IAsyncEnumerable<JobNotice> WatchAsync(Func<IReadOnlyCollection<string>> known, CancellationToken cancellationToken) =>
        Watch.WatchAsync(known, cancellationToken);

    public Task RequestCancelAsync(string id, CancellationToken cancellationToken) => RunAsync(
        (connection, stop) => connection.Command(
            "WITH wanted AS (UPDATE jobs SET cancel = true WHERE id = $1 AND state < 3 RETURNING number) SELECT pg_notify($2, $3) FROM wanted",
            id, PostgresDatabase.Channel, JobNote.Cancel(Gateway, id)).ExecuteAsync(stop),
        cancellationToken);

    public Task<string> ReserveNameAsync(string type, string subfolder, string filename, string jobId, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => FreeNames.ReserveAsync(connection, type, subfolder, filename, jobId, stop), cancellationToken);

    public Task<(Job Job, JobOutput Output)?> FindOutputAsync(string type, string subfolder, string filename, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobReads.FindOutputAsync(connection, type, subfolder, filename, stop), cancellationToken);

    public async Task<IReadOnlyList<string>> PruneAsync(JobRetention retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var doomed = await RunAsync((connection, stop) => JobPruning.DoomedAsync(connection, retention, now, stop), cancellationToken);
        var unused = new List<string>();
        // A few at a time, so that jobs are accepted meanwhile.
        foreach (var numbers in doomed.Chunk(JobPruning.MostAtOnce))
            unused.AddRange(await RunAsync((connection, stop) => JobPruning.DeleteAsync(connection, numbers, stop), cancellationToken));
        return unused;
    }

    public Task<IReadOnlyList<string>?> ForgetAsync(string id, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobPruning.ForgetAsync(connection, id, stop), cancellationToken);

    public Task<IReadOnlyList<string>> FindUnusedAsync(IReadOnlyList<string> hashes, CancellationToken cancellationToken) =>
        RunAsync((connection, stop) => JobPruning.UnusedAsync(connection, hashes, stop), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_database is not { } database) return;
        if (_accepts is not null) await _accepts.DisposeAsync();
        using var limit = new CancellationTokenSource(LeaveLimit, clock);
        try
        {
            await database.RunAsync((connection, stop) => JobClaims.LeaveAsync(connection, database.Gateway, stop), limit.Token);
        }
        catch (Exception exception) when (exception is JournalException or OperationCanceledException)
        {
            // The database is away: the others find out by the lease.
        }

        await database.DisposeAsync();
        (_database, _accepts, _watch) = (null, null, null);
    }

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        Database.RunAsync(work, cancellationToken);

    private async Task WriteAsync(Job job, Func<NpgsqlConnection, bool, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var isHeld = Database.Held.ContainsKey(job.Id);
        try
        {
            await RunAsync(
                async (connection, stop) =>
                {
                    await write(connection, isHeld, stop);
                    return true;
                },
                cancellationToken);
        }
        catch (JobTakenException)
        {
            Database.Held.TryRemove(job.Id, out _);
            throw;
        }
    }
}
