using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>The journal of a gateway that has its queue to itself: one SQLite file.</summary>
/// <param name="path">Of the file; its folder is made where there is none.</param>
internal sealed class SqliteJournal(string path) : IJobJournal
{
    private const int PageSize = 1000;

    private JournalLock? _lock;
    private SqliteWriter? _writer;
    private SqliteReaders? _readers;
    private bool _renewed;

    private SqliteWriter Writer => _writer ?? throw new InvalidOperationException("The journal is not open.");

    private SqliteReaders Readers => _readers ?? throw new InvalidOperationException("The journal is not open.");

    public Task OpenAsync(CancellationToken cancellationToken) => Task.Run(Open, cancellationToken);

    public Task<IReadOnlyList<AcceptedJob>> AcceptAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        // Serialized here, beside the writer's thread, which has enough to do.
        var records = jobs.Select(job => JobJson.Write(job.Job)).ToArray();
        return Writer.WriteAsync(session => JobWrites.Accept(session, jobs, records), cancellationToken);
    }

    public Task<Job?> TryClaimAsync(string id, string instance, int slots, DateTimeOffset now, CancellationToken cancellationToken) =>
        // An instance is idle meanwhile. What it begins is waited for to be on disk (below), while it works.
        Writer.WriteAsync(session => JobWrites.TryClaim(session, id, instance, now), cancellationToken, onDisk: false);

    public Task UpdateAsync(Job job, CancellationToken cancellationToken)
    {
        var record = JobJson.Write(job);
        // What it has made is on disk with its end, which is waited for.
        return Writer.WriteAsync(session => JobWrites.Update(session, job, record), cancellationToken, onDisk: job.Outputs.IsEmpty);
    }

    public Task EndAsync(Job job, ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        var (record, bytes) = (JobJson.Write(job), result.ToArray());
        return Writer.WriteAsync(session => JobWrites.End(session, job, record, bytes), cancellationToken);
    }

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        Readers.ReadAsync(session => JobReads.Find(session, id), cancellationToken);

    public Task<Job?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken) =>
        Readers.ReadAsync(session => JobReads.FindByKey(session, owner, key), cancellationToken);

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Readers.ReadAsync(session => JobReads.List(session, query), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadPayloadAsync(string id, CancellationToken cancellationToken) => Readers.ReadAsync(
        session => JobReads.Bytes(session, "SELECT payload FROM payloads JOIN jobs USING (number) WHERE id = $1", id), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadResultAsync(string id, CancellationToken cancellationToken) => Readers.ReadAsync(
        session => JobReads.Bytes(session, "SELECT result FROM results JOIN jobs USING (number) WHERE id = $1", id), cancellationToken);

    public async IAsyncEnumerable<Job> ReadOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        while (true)
        {
            var after = last;
            var page = await Readers.ReadAsync(session => JobReads.Open(session, after, PageSize), cancellationToken);
            foreach (var job in page) yield return job;
            if (page.Count < PageSize) yield break;
            last = page[^1].Number;
        }
    }

    public async Task<IReadOnlyList<Job>> RenewAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        // The lock says that there is no other gateway: what was claimed when this one started was claimed by one that is gone.
        if (_renewed) return [];
        var claimed = await Readers.ReadAsync(JobReads.Claimed, cancellationToken);
        _renewed = true;
        return claimed;
    }

    public async IAsyncEnumerable<JobNotice> WatchAsync(
        Func<IReadOnlyCollection<string>> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        yield break;
    }

    /// <summary>There is no other gateway to ask.</summary>
    public Task RequestCancelAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> ReserveNameAsync(string type, string subfolder, string filename, string jobId, CancellationToken cancellationToken) =>
        Writer.WriteAsync(
            session => FreeNames.Reserve(session, type, subfolder, filename, session.Scalar("SELECT number FROM jobs WHERE id = $1", jobId)),
            cancellationToken, onDisk: false);

    public Task<(Job Job, JobOutput Output)?> FindOutputAsync(string type, string subfolder, string filename, CancellationToken cancellationToken) =>
        Readers.ReadAsync(session => JobReads.FindOutput(session, type, subfolder, filename), cancellationToken);

    public async Task<IReadOnlyList<string>> PruneAsync(JobRetention retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var doomed = await Readers.ReadAsync(session => JobPruning.Doomed(session, retention, now), cancellationToken);
        var unused = new List<string>();
        // A few at a time, so that jobs are accepted meanwhile.
        foreach (var numbers in doomed.Chunk(JobPruning.MostAtOnce))
            unused.AddRange(await Writer.WriteAsync(session => JobPruning.Delete(session, numbers), cancellationToken));
        return unused;
    }

    public Task<IReadOnlyList<string>?> ForgetAsync(string id, CancellationToken cancellationToken) => Writer.WriteAsync<IReadOnlyList<string>?>(
        session => session.Scalar("SELECT number FROM jobs WHERE id = $1 AND state >= $2", id, (int)JobState.Completed) is > 0 and var number
            ? JobPruning.Delete(session, [number])
            : null,
        cancellationToken);

    public Task<IReadOnlyList<string>> FindUnusedAsync(IReadOnlyList<string> hashes, CancellationToken cancellationToken) =>
        Readers.ReadAsync(session => JobPruning.Unused(session, hashes), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync();
        _readers?.Dispose();
        _lock?.Dispose();
        (_writer, _readers, _lock) = (null, null, null);
    }

    private void Open()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The folder of the journal {path} cannot be made: {exception.Message} Name another with GenAI:Gateway:Jobs:Folder.", exception);
        }

        _lock = JournalLock.Take(path);
        SqliteSession? session = null;
        try
        {
            session = new SqliteSession(path);
            SqliteSchema.Migrate(session);
            _writer = new SqliteWriter(session, path);
            _readers = new SqliteReaders(path);
        }
        catch (Exception exception)
        {
            session?.Dispose();
            _lock.Dispose();
            _lock = null;
            if (exception is SqliteException failure) throw SqliteFailures.Of(failure, path);
            throw;
        }
    }
}
