using Npgsql;
using static GenAI.Gateway.Jobs.Journal.Postgres.PostgresCommands;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>Which gateway has which job.</summary>
internal static class JobClaims
{
    // One claim at a time for an instance, over all gateways: what the next counts is what this one has left.
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    private const string Queued = """
        SELECT number, record, cancel FROM jobs
        WHERE id = $1 AND state = 0 AND (SELECT count(*) FROM jobs WHERE instance = $2 AND state IN (1, 2)) < $3
        FOR UPDATE SKIP LOCKED
        """;

    private const string Claim = """
        WITH claimed AS (
            UPDATE jobs SET state = $2, attempts = $3, instance = $4, gateway = $5, record = $6, changed_at = clock_timestamp(), changed_by = $5
            WHERE number = $1 RETURNING number)
        SELECT pg_notify($7, $8) FROM claimed
        """;

    // Whoever was silent for a while begins anew: since when it is heard of without a pause.
    private const string SayAlive = """
        INSERT INTO gateways (id, seen_at, since) VALUES ($1, clock_timestamp(), clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET
            since = CASE WHEN gateways.seen_at < clock_timestamp() - $2 THEN clock_timestamp() ELSE gateways.since END, seen_at = clock_timestamp()
        """;

    // When the database itself was away, everybody was silent: only who has been heard of for a lease may say that others were not.
    // A gateway that stopped in order leaves no row, and what it had is free at once.
    private const string TakeOver = """
        UPDATE jobs SET gateway = $1, changed_at = clock_timestamp(), changed_by = $1
        WHERE number IN (
            SELECT number FROM jobs LEFT JOIN gateways ON gateways.id = jobs.gateway
            WHERE state IN (1, 2) AND jobs.gateway <> $1 AND (gateways.id IS NULL OR (
                gateways.seen_at < clock_timestamp() - $2
                AND EXISTS (SELECT 1 FROM gateways AS me WHERE me.id = $1 AND me.since < clock_timestamp() - $2)))
            FOR UPDATE OF jobs SKIP LOCKED)
        RETURNING id
        """;

    private const string OfGateway = "SELECT number, record, cancel FROM jobs WHERE state IN (1, 2) AND gateway = $1 ORDER BY number";

    private const string ForgetGateways =
        "DELETE FROM gateways WHERE seen_at < clock_timestamp() - $1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE state IN (1, 2) AND gateway = gateways.id)";

    /// <returns>The job with the new attempt, and whether somebody wants it cancelled; null when it cannot be had now.</returns>
    public static async Task<ClaimedJob?> TryClaimAsync(
        NpgsqlConnection connection, string gateway, string id, string instance, int slots, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A statement sees what was committed before it began: the count must be another than the one that waits for the lock.
        await connection.Command(Lock, instance).ExecuteAsync(cancellationToken);
        var found = await connection.Command(Queued, id, instance, (long)slots).FirstAsync(ReadClaimed, cancellationToken);
        if (found is null) return null;

        var job = found.Job with { State = JobState.Dispatched, Attempts = found.Job.Attempts.Add(new JobAttempt(instance, now)) };
        await connection.Command(
            Claim, job.Number, (short)job.State, job.Attempts.Length, instance, gateway, JobJson.Write(job), PostgresDatabase.Channel, JobNote.Changed(gateway, id))
            .ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return found with { Job = job };
    }

    /// <summary>Before it has anything that could be taken over.</summary>
    public static Task<int> EnterAsync(NpgsqlConnection connection, string gateway, CancellationToken cancellationToken) =>
        connection.Command(SayAlive, gateway, TimeSpan.Zero).ExecuteAsync(cancellationToken);

    /// <summary>Says that the gateway lives, and takes over the jobs of those that do not.</summary>
    /// <returns>All claimed jobs that the gateway has now.</returns>
    public static async Task<List<ClaimedJob>> RenewAsync(NpgsqlConnection connection, string gateway, TimeSpan lease, CancellationToken cancellationToken)
    {
        await connection.Command(SayAlive, gateway, lease).ExecuteAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var taken = await connection.Command(TakeOver, gateway, lease).AllAsync(reader => reader.GetString(0), cancellationToken);
            foreach (var ids in taken.Chunk(JobNote.MostJobs))
                await connection.Command("SELECT pg_notify($1, $2)", PostgresDatabase.Channel, JobNote.Changed(gateway, ids)).ExecuteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await connection.Command(ForgetGateways, lease * 10).ExecuteAsync(cancellationToken);
        return await connection.Command(OfGateway, gateway).AllAsync(ReadClaimed, cancellationToken);
    }

    /// <summary>Whether other gateways live.</summary>
    public static Task<bool> HasOthersAsync(NpgsqlConnection connection, string gateway, TimeSpan lease, CancellationToken cancellationToken) =>
        connection.Command("SELECT EXISTS (SELECT 1 FROM gateways WHERE id <> $1 AND seen_at > clock_timestamp() - $2)", gateway, lease)
            .FirstAsync(reader => reader.GetBoolean(0), cancellationToken);

    /// <summary>The gateway stops in order: what it leaves claimed, others may have at once.</summary>
    public static Task<int> LeaveAsync(NpgsqlConnection connection, string gateway, CancellationToken cancellationToken) =>
        connection.Command("DELETE FROM gateways WHERE id = $1", gateway).ExecuteAsync(cancellationToken);

    private static ClaimedJob ReadClaimed(NpgsqlDataReader reader) => new(ReadJob(reader), reader.GetBoolean(2));
}

/// <param name="IsToBeCancelled">Somebody asked for it.</param>
internal sealed record ClaimedJob(Job Job, bool IsToBeCancelled);
