using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>Deletes ended jobs, and finds out which contents nobody refers to any more. Several gateways may do so at once.</summary>
internal static class JobPruning
{
    public const int MostAtOnce = 200;

    /// <summary>Numbers of the ended jobs beyond the limits, the oldest first.</summary>
    public static Task<List<long>> DoomedAsync(NpgsqlConnection connection, JobRetention retention, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.Command(
            """
            SELECT number FROM (
                SELECT number, ended_at, row_number() OVER newest AS place, sum(bytes) OVER newest AS total FROM jobs WHERE state >= 3
                WINDOW newest AS (ORDER BY ended_at DESC, number DESC)) AS ended
            WHERE place > $1 OR total > $2 OR ended_at < $3
            ORDER BY ended_at, number
            """,
            (long)retention.MaxCount, retention.MaxBytes, (now - retention.MaxAge).UtcTicks)
            .AllAsync(reader => reader.GetInt64(0), cancellationToken);

    /// <returns>Hashes that no job refers to any more.</returns>
    public static async Task<IReadOnlyList<string>> DeleteAsync(NpgsqlConnection connection, long[] numbers, CancellationToken cancellationToken)
    {
        var hashes = await connection.Command(
            """
            WITH referred AS (SELECT DISTINCT hash FROM contents WHERE number = ANY($1)),
                deleted AS (DELETE FROM jobs WHERE number = ANY($1) AND state >= 3)
            SELECT hash FROM referred
            """,
            numbers).AllAsync(reader => reader.GetString(0), cancellationToken);
        return await UnusedAsync(connection, hashes, cancellationToken);
    }

    /// <returns>Null when there is no such job or it has not ended.</returns>
    public static async Task<IReadOnlyList<string>?> ForgetAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) =>
        await connection.Command("SELECT number FROM jobs WHERE id = $1 AND state >= 3", id).FirstAsync(reader => (long?)reader.GetInt64(0), cancellationToken) is { } number
            ? await DeleteAsync(connection, [number], cancellationToken)
            : null;

    public static async Task<IReadOnlyList<string>> UnusedAsync(NpgsqlConnection connection, IReadOnlyList<string> hashes, CancellationToken cancellationToken) =>
        await connection.Command(
            "SELECT hash FROM unnest($1) AS hash WHERE NOT EXISTS (SELECT 1 FROM contents WHERE contents.hash = hash.hash)", (object)hashes.ToArray())
            .AllAsync(reader => reader.GetString(0), cancellationToken);
}
