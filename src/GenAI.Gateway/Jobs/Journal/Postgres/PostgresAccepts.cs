using System.Threading.Channels;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>Group commit: what is handed in while a commit is under way goes into the next one together.</summary>
internal sealed class PostgresAccepts : IAsyncDisposable
{
    private const int MostWaiting = 1024;
    private const int MostJobsInCommit = 512;
    private const long MostBytesInCommit = 16 << 20;

    private readonly PostgresDatabase _database;
    private readonly Channel<JobAccept> _waiting = Channel.CreateBounded<JobAccept>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task _committing;

    public PostgresAccepts(PostgresDatabase database)
    {
        _database = database;
        _committing = Task.Run(CommitAsync);
    }

    /// <inheritdoc cref="IJobJournal.AcceptAsync"/>
    public async Task<IReadOnlyList<AcceptedJob>> AcceptAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0) return [];
        var accept = new JobAccept(jobs);
        try
        {
            await _waiting.Writer.WriteAsync(accept, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new JournalException("The journal is closed: the gateway is stopping.", exception);
        }

        // From here on it is written, whether the caller waits or not.
        return await accept.Answer.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _committing;
    }

    private async Task CommitAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var group = new List<JobAccept>();
            for (var (count, bytes) = (0, 0L); count < MostJobsInCommit && bytes < MostBytesInCommit && _waiting.Reader.TryRead(out var next);)
            {
                group.Add(next);
                count += next.Jobs.Count;
                bytes += next.Bytes;
            }

            await WriteAsync(group);
        }
    }

    /// <summary>All in one commit; what the journal has already, or the database refuses, then goes alone, so that the others do not suffer from it.</summary>
    private async Task WriteAsync(List<JobAccept> group)
    {
        try
        {
            var odd = await _database.RunAsync((connection, stop) => JobAccepting.TryAcceptAsync(connection, _database.Gateway, group, stop), CancellationToken.None);
            if (odd.Count == 0) return;
            var others = group.Where(accept => !odd.Contains(accept)).ToList();
            if (others.Count > 0) await WriteAsync(others);
            foreach (var accept in odd) await WriteAloneAsync(accept);
        }
        catch (Exception exception)
        {
            // Whatever it is, it is its callers' to see; the loop must go on for those who come.
            if (group.Count == 1 || PostgresDatabase.IsOutage(exception.InnerException)) group.ForEach(accept => accept.Answer.TrySetException(exception));
            else foreach (var accept in group) await WriteAloneAsync(accept);
        }
    }

    private async Task WriteAloneAsync(JobAccept accept)
    {
        try
        {
            accept.Answer.TrySetResult(
                await _database.RunAsync((connection, stop) => JobAccepting.AcceptAloneAsync(connection, _database.Gateway, accept, stop), CancellationToken.None));
        }
        catch (Exception exception)
        {
            accept.Answer.TrySetException(exception);
        }
    }
}

/// <summary>What one caller wants accepted, all or none.</summary>
internal sealed record JobAccept(IReadOnlyList<NewJob> Jobs)
{
    /// <summary>By it a repetition after a lost answer knows its own rows again.</summary>
    public Guid Token { get; } = Guid.NewGuid();

    public long Bytes { get; } = Jobs.Sum(job => (long)job.Payload.Length);

    public TaskCompletionSource<IReadOnlyList<AcceptedJob>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
