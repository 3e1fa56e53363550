using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>Group commit: what clients hand in while a commit is under way goes into the next one together.</summary>
internal sealed class PostgresAccepts : IAsyncDisposable
{
    private const int MaxJobsInCommit = 512;
    private const int MaxBytesInCommit = 16 * 1024 * 1024;

    /// <summary>What PostgreSQL allows in one notification is 7999 bytes; this many ids with their states are below that.</summary>
    private const int IdsInNote = 150;

    private readonly PostgresDatabase _database;
    private readonly Channel<Accept> _waiting = Channel.CreateUnbounded<Accept>();
    private readonly Task _committing;

    public PostgresAccepts(PostgresDatabase database)
    {
        _database = database;
        _committing = Task.Run(CommitAsync);
    }

    public async Task<IReadOnlyList<AcceptedJob>> AcceptAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0) return [];
        var accept = new Accept(jobs, Guid.NewGuid(), cancellationToken);
        if (!_waiting.Writer.TryWrite(accept)) throw new JournalException("The journal is closed: the gateway is shutting down.");
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
            var group = new List<Accept>();
            for (var (count, bytes) = (0, 0L); count < MaxJobsInCommit && bytes < MaxBytesInCommit && _waiting.Reader.TryRead(out var next);)
            {
                if (next.Cancelled.IsCancellationRequested) continue;
                group.Add(next);
                count += next.Jobs.Count;
                bytes += next.Jobs.Sum(job => (long)job.Payload.Length);
            }

            if (!await TryWriteAsync(group))
            {
                // One request's data that the database refuses must not refuse the others'.
                foreach (var accept in group) await TryWriteAsync([accept]);
            }
        }
    }

    /// <returns>False when the group was refused because of what is in it and could be written in parts.</returns>
    private async Task<bool> TryWriteAsync(List<Accept> group)
    {
        if (group.Count == 0) return true;
        try
        {
            var rows = group.SelectMany(accept => accept.Jobs.Select(job => (accept.Token, job))).ToList();
            var accepted = await _database.RunAsync((connection, stop) => WriteAsync(connection, rows, stop), CancellationToken.None);
            var at = 0;
            foreach (var accept in group)
            {
                accept.Answer.TrySetResult(accepted[at..(at + accept.Jobs.Count)]);
                at += accept.Jobs.Count;
            }
        }
        catch (Exception error)
        {
            if (group.Count > 1 && !PostgresDatabase.IsOutage(error.InnerException)) return false;
            foreach (var accept in group) accept.Answer.TrySetException(error);
        }

        return true;
    }

    private async Task<AcceptedJob[]> WriteAsync(NpgsqlConnection connection, List<(Guid Token, NewJob New)> rows, CancellationToken cancellationToken)
    {
        var accepted = new AcceptedJob?[rows.Count];
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Insert(rows), Existing(rows) } };
        foreach (var ids in rows.Select(row => row.New.Job.Id).Chunk(IdsInNote)) batch.BatchCommands.Add(Note(ids));
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var at = (int)reader.GetInt64(0) - 1;
                accepted[at] = new AcceptedJob(rows[at].New.Job with { Number = reader.GetInt64(1) }, IsNew: true);
            }

            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var at = (int)reader.GetInt64(0) - 1;
                var isNew = reader.GetGuid(3) == rows[at].Token && reader.GetString(4) == rows[at].New.Job.Id;
                accepted[at] ??= new AcceptedJob(JobRecord.Read(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)), isNew);
            }
        }

        return Array.TrueForAll(accepted, job => job is not null)
            ? [.. accepted.OfType<AcceptedJob>()]
            : throw new JournalException("A job of the same id or idempotency key was deleted at the same moment; hand it in again.");
    }

    /// <summary>The rows in the order of their places, so that numbers are in the order of arrival.</summary>
    private NpgsqlBatchCommand Insert(List<(Guid Token, NewJob New)> rows) => new(
        """
        WITH inserted AS (
            INSERT INTO jobs (id, model, owner, idempotency_key, accept_token, accepted_at, changed_by, record, payload)
            SELECT id, model, owner, key, token, accepted, $1, record, payload
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS new (id, model, owner, key, token, accepted, record, payload, place)
            ORDER BY place
            ON CONFLICT DO NOTHING
            RETURNING id, number)
        SELECT min(place), number FROM inserted JOIN unnest($2) WITH ORDINALITY AS new (id, place) USING (id) GROUP BY number
        """)
    {
        Parameters =
        {
            new() { Value = _database.Gateway },
            new() { Value = rows.Select(row => row.New.Job.Id).ToArray() },
            new() { Value = rows.Select(row => JobRecord.Storable(row.New.Job.Model)).ToArray() },
            new() { Value = rows.Select(row => JobRecord.Storable(row.New.Job.Owner)).ToArray() },
            Keys(rows),
            new() { Value = rows.Select(row => row.Token).ToArray() },
            new() { Value = rows.Select(row => row.New.Job.AcceptedAt.UtcDateTime).ToArray() },
            new() { Value = rows.Select(row => JobRecord.Write(row.New.Job)).ToArray() },
            new() { Value = rows.Select(row => row.New.Payload.ToArray()).ToArray() },
        },
    };

    private static NpgsqlBatchCommand Existing(List<(Guid Token, NewJob New)> rows) => new(
        """
        SELECT place, number, record, accept_token, jobs.id
        FROM unnest($1, $2, $3) WITH ORDINALITY AS new (id, owner, key, place)
        JOIN jobs ON jobs.id = new.id OR (jobs.owner = new.owner AND jobs.idempotency_key = new.key)
        ORDER BY place, jobs.id = new.id DESC
        """)
    {
        Parameters =
        {
            new() { Value = rows.Select(row => row.New.Job.Id).ToArray() },
            new() { Value = rows.Select(row => JobRecord.Storable(row.New.Job.Owner)).ToArray() },
            Keys(rows),
        },
    };

    private static NpgsqlParameter Keys(List<(Guid Token, NewJob New)> rows) => new()
    {
        Value = rows.Select(row => row.New.Job.IdempotencyKey is { } key ? JobRecord.Storable(key) : null).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private NpgsqlBatchCommand Note(string[] ids) => new("SELECT pg_notify($1, $2)")
    {
        Parameters =
        {
            new() { Value = PostgresDatabase.Channel },
            new() { Value = JobNote.Changed(_database.Gateway, ids.Select(id => (id, JobState.Queued))) },
        },
    };

    private sealed record Accept(IReadOnlyList<NewJob> Jobs, Guid Token, CancellationToken Cancelled)
    {
        public TaskCompletionSource<IReadOnlyList<AcceptedJob>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
