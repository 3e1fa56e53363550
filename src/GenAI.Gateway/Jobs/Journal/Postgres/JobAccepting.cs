using Npgsql;
using NpgsqlTypes;
using static GenAI.Gateway.Jobs.Journal.Postgres.PostgresCommands;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>What is written when jobs are accepted.</summary>
internal static class JobAccepting
{
    private const int MostTries = 5;

    // In the order of their places, so that numbers are in the order of arrival.
    private const string Insert = """
        INSERT INTO jobs (id, model, owner, idempotency_key, workflow, accept_token, changed_by, record, payload)
        SELECT id, model, owner, key, workflow, token, $1, record, payload
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS new (id, model, owner, key, workflow, token, record, payload, place)
        ORDER BY place
        ON CONFLICT DO NOTHING
        RETURNING number, id
        """;

    // The key's job before the id's.
    private const string Known = """
        SELECT number, record, place, accept_token
        FROM unnest($1, $2, $3) WITH ORDINALITY AS new (id, owner, key, place)
        JOIN jobs ON jobs.id = new.id OR (jobs.owner = new.owner AND jobs.idempotency_key = new.key)
        ORDER BY place, (jobs.idempotency_key IS NOT DISTINCT FROM new.key AND jobs.owner = new.owner AND new.key IS NOT NULL) DESC
        """;

    /// <summary>Writes all of them, or, where the journal has some already, none.</summary>
    /// <returns>Those whose jobs the journal has already; when there are none the answers are given.</returns>
    public static async Task<HashSet<JobAccept>> TryAcceptAsync(
        NpgsqlConnection connection, string gateway, List<JobAccept> group, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var numbers = await InsertAsync(connection, gateway, [.. group.SelectMany(accept => accept.Jobs.Select(job => (accept.Token, job)))], cancellationToken);
        var odd = group.Where(accept => accept.Jobs.Any(job => !numbers.ContainsKey(job.Job.Id))).ToHashSet();
        if (odd.Count > 0) return odd;

        await transaction.CommitAsync(cancellationToken);
        foreach (var accept in group)
            accept.Answer.TrySetResult([.. accept.Jobs.Select(job => new AcceptedJob(job.Job with { Number = numbers[job.Job.Id] }, IsNew: true))]);
        return odd;
    }

    /// <summary>
    /// A job whose idempotency key is known stands for the one that has it. One whose id alone is known is a mistake of its maker's,
    /// for which none of them is taken.
    /// </summary>
    public static async Task<IReadOnlyList<AcceptedJob>> AcceptAloneAsync(
        NpgsqlConnection connection, string gateway, JobAccept accept, CancellationToken cancellationToken)
    {
        for (var tried = 0; tried < MostTries; tried++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var known = await KnownAsync(connection, accept, cancellationToken);
            if (accept.Jobs.Where((job, i) => known[i] is { IsOurs: false } other && !SameKey(other.Job, job.Job)).Any())
                return [.. accept.Jobs.Select((job, i) => new AcceptedJob(known[i]?.Job ?? job.Job, IsNew: false))];

            var missing = accept.Jobs.Where((_, i) => known[i] is null).ToArray();
            var numbers = await InsertAsync(connection, gateway, [.. missing.Select(job => (accept.Token, job))], cancellationToken);
            // Another gateway was first; once more, to see what it has.
            if (numbers.Count < missing.Length) continue;
            await transaction.CommitAsync(cancellationToken);
            return [.. accept.Jobs.Select((job, i) => known[i] is { } other
                ? new AcceptedJob(other.Job, other.IsOurs)
                : new AcceptedJob(job.Job with { Number = numbers[job.Job.Id] }, IsNew: true))];
        }

        throw new JournalException("Jobs with the same id or idempotency key were handed in and deleted again and again at the same time.");
    }

    /// <returns>The numbers of those that were written, by id.</returns>
    private static async Task<Dictionary<string, long>> InsertAsync(
        NpgsqlConnection connection, string gateway, IReadOnlyList<(Guid Token, NewJob New)> rows, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        if (rows.Count == 0) return numbers;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                BatchCommand(
                    Insert, gateway, Ids(rows.Select(row => row.New)), rows.Select(row => Storable(row.New.Job.Model)).ToArray(), Owners(rows.Select(row => row.New)),
                    Keys(rows.Select(row => row.New)), Texts(rows.Select(row => row.New.Job.WorkflowId)), rows.Select(row => row.Token).ToArray(),
                    rows.Select(row => JobJson.Write(row.New.Job)).ToArray(), rows.Select(row => row.New.Payload.ToArray()).ToArray()),
            },
        };
        foreach (var ids in rows.Select(row => row.New.Job.Id).Chunk(JobNote.MostJobs))
            batch.BatchCommands.Add(BatchCommand("SELECT pg_notify($1, $2)", PostgresDatabase.Channel, JobNote.Changed(gateway, ids)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) numbers.Add(reader.GetString(1), reader.GetInt64(0));
        return numbers;
    }

    private static async Task<KnownJob?[]> KnownAsync(NpgsqlConnection connection, JobAccept accept, CancellationToken cancellationToken)
    {
        var known = new KnownJob?[accept.Jobs.Count];
        var rows = await connection.Command(Known, Ids(accept.Jobs), Owners(accept.Jobs), Keys(accept.Jobs)).AllAsync(
            reader => (Place: (int)reader.GetInt64(2) - 1, Known: new KnownJob(ReadJob(reader), reader.GetGuid(3) == accept.Token)), cancellationToken);
        foreach (var (place, job) in rows) known[place] ??= job;
        return known;
    }

    private static bool SameKey(Job known, Job job) =>
        job.IdempotencyKey is { } key && string.Equals(known.IdempotencyKey, key, StringComparison.Ordinal)
        && string.Equals(known.Owner, job.Owner, StringComparison.Ordinal);

    private static string[] Ids(IEnumerable<NewJob> jobs) => [.. jobs.Select(job => job.Job.Id)];

    private static string[] Owners(IEnumerable<NewJob> jobs) => [.. jobs.Select(job => Storable(job.Job.Owner))];

    private static NpgsqlParameter Keys(IEnumerable<NewJob> jobs) => Texts(jobs.Select(job => job.Job.IdempotencyKey));

    private static NpgsqlParameter Texts(IEnumerable<string?> texts) => new()
    {
        Value = texts.Select(text => text is null ? null : Storable(text)).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    /// <param name="IsOurs">Written by the same call, whose answer was lost with the connection.</param>
    private sealed record KnownJob(Job Job, bool IsOurs);
}
