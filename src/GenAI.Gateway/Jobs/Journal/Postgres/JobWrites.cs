using Npgsql;
using NpgsqlTypes;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>What is written about a job by the gateway that has it, or, while it waits, by any.</summary>
internal static class JobWrites
{
    // Fenced: neither another attempt than the one that the record tells of, nor one that another gateway has meanwhile.
    private const string Fence = "WHERE id = $1 AND state < 3 AND attempts = $2 AND gateway IS NOT DISTINCT FROM $3 RETURNING number";

    private const string Tell = """
        , referred AS (INSERT INTO contents SELECT hash, number FROM written, unnest($6) AS hash ON CONFLICT DO NOTHING)
        SELECT pg_notify($7, $8) FROM written
        """;

    private const string UpdateJob = $"""
        WITH written AS (
            UPDATE jobs SET state = $4, record = $5, gateway = CASE WHEN $4 = 0 THEN NULL ELSE gateway END,
                changed_at = clock_timestamp(), changed_by = $9
            {Fence})
        {Tell}
        """;

    private const string EndJob = $"""
        WITH written AS (
            UPDATE jobs SET state = $4, record = $5, ended_at = $10, seconds = $11, bytes = $12, result = $13,
                changed_at = clock_timestamp(), changed_by = $9
            {Fence})
        {Tell}
        """;

    /// <param name="isHeld">Whether the gateway has claimed it; else it waits.</param>
    /// <exception cref="JobTakenException">Another gateway has it, or ended it.</exception>
    public static async Task UpdateAsync(NpgsqlConnection connection, string gateway, Job job, bool isHeld, CancellationToken cancellationToken)
    {
        var command = connection.Command(UpdateJob, Values(gateway, job, isHeld));
        if (await command.FirstAsync(_ => true, cancellationToken)) return;
        await CheckAsync(connection, gateway, job, cancellationToken);
    }

    /// <inheritdoc cref="UpdateAsync"/>
    public static async Task EndAsync(
        NpgsqlConnection connection, string gateway, Job job, byte[] result, bool isHeld, CancellationToken cancellationToken)
    {
        var seconds = job.EndedAt is { } end && job.StartedAt is { } start ? (end - start).TotalSeconds : (object)DBNull.Value;
        var command = connection.Command(EndJob,
        [
            .. Values(gateway, job, isHeld),
            job.EndedAt?.UtcTicks ?? throw new ArgumentException("An ended job has the time of its end.", nameof(job)),
            new NpgsqlParameter { Value = seconds, NpgsqlDbType = NpgsqlDbType.Double }, job.Outputs.Sum(output => output.Bytes), result,
        ]);
        if (await command.FirstAsync(_ => true, cancellationToken)) return;
        await CheckAsync(connection, gateway, job, cancellationToken);
    }

    private static object?[] Values(string gateway, Job job, bool isHeld) =>
    [
        job.Id, job.Attempts.Length, isHeld ? gateway : null, (short)job.State, JobJson.Write(job),
        job.Outputs.Select(output => output.Hash).Distinct(StringComparer.Ordinal).ToArray(), PostgresDatabase.Channel, JobNote.Changed(gateway, job.Id), gateway,
    ];

    /// <summary>
    /// Nothing was written: either it is written already, by this gateway, whose answer was lost with the connection or which comes after its
    /// own end; or another has the job.
    /// </summary>
    private static async Task CheckAsync(NpgsqlConnection connection, string gateway, Job job, CancellationToken cancellationToken)
    {
        var isOurs = await connection.Command("SELECT changed_by = $2 AND (state >= 3 OR (state = $3 AND attempts = $4)) FROM jobs WHERE id = $1", job.Id, gateway, (short)job.State, job.Attempts.Length)
            .FirstAsync(reader => (bool?)reader.GetBoolean(0), cancellationToken);
        if (isOurs == false) throw new JobTakenException(job.Id);
    }
}
