using Npgsql;
using static GenAI.Gateway.Jobs.Journal.Postgres.PostgresCommands;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>What is asked of the journal.</summary>
internal static class JobReads
{
    private const string Columns = "SELECT number, record FROM jobs ";

    public static Task<Job?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) =>
        connection.Command(Columns + "WHERE id = $1", id).FirstAsync(ReadJob, cancellationToken);

    public static Task<Job?> FindByKeyAsync(NpgsqlConnection connection, string owner, string key, CancellationToken cancellationToken) =>
        connection.Command(Columns + "WHERE owner = $1 AND idempotency_key = $2", owner, key).FirstAsync(ReadJob, cancellationToken);

    /// <summary>Jobs that have not ended, by number.</summary>
    public static Task<List<Job>> OpenAsync(NpgsqlConnection connection, long after, int limit, CancellationToken cancellationToken) =>
        connection.Command(Columns + "WHERE number > $1 AND state < 3 ORDER BY number LIMIT $2", after, limit).AllAsync(ReadJob, cancellationToken);

    /// <param name="connection">An open connection.</param>
    /// <param name="column">One of the table's columns of bytes.</param>
    /// <param name="id">The job's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task<ReadOnlyMemory<byte>?> BytesAsync(NpgsqlConnection connection, string column, string id, CancellationToken cancellationToken) =>
        connection.Command($"SELECT {column} FROM jobs WHERE id = $1 AND {column} IS NOT NULL", id)
            .FirstAsync(reader => (ReadOnlyMemory<byte>?)reader.GetFieldValue<byte[]>(0), cancellationToken);

    public static async Task<(Job Job, JobOutput Output)?> FindOutputAsync(
        NpgsqlConnection connection, string type, string subfolder, string filename, CancellationToken cancellationToken)
    {
        var job = await connection.Command(
            "SELECT number, record FROM names JOIN jobs USING (number) WHERE type = $1 AND subfolder = $2 AND filename = $3", type, subfolder, filename)
            .FirstAsync(ReadJob, cancellationToken);
        var output = job?.Outputs.FirstOrDefault(output => (output.Type, output.Subfolder, output.Filename) == (type, subfolder, filename));
        return output is null ? null : (job!, output);
    }

    public static async Task<JobPage> ListAsync(NpgsqlConnection connection, JobQuery query, CancellationToken cancellationToken)
    {
        var (where, values) = JobFilter.Where(query);
        var total = await connection.Command("SELECT count(*) FROM jobs" + where, values).FirstAsync(reader => reader.GetInt64(0), cancellationToken);
        var direction = query.Descending ? "DESC NULLS LAST" : "ASC NULLS FIRST";
        var order = query.Order == JobOrder.ExecutionTime ? $"seconds {direction}, number {direction}" : $"number {direction}";
        var n = values.Length;
        var jobs = await connection.Command($"{Columns}{where} ORDER BY {order} LIMIT ${n + 1} OFFSET ${n + 2}", [.. values, (long)query.Limit, (long)query.Offset])
            .AllAsync(ReadJob, cancellationToken);
        return new JobPage([.. jobs], (int)total);
    }
}
