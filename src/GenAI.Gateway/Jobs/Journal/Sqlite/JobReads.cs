using Microsoft.Data.Sqlite;

namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>What is asked of the journal.</summary>
internal static class JobReads
{
    private const string Columns = "SELECT number, record FROM jobs ";

    public static Job? Find(SqliteSession session, string id) => session.First(Columns + "WHERE id = $1", Read, id);

    public static Job? FindByKey(SqliteSession session, string owner, string key) =>
        session.First(Columns + "WHERE owner = $1 AND idempotency_key = $2", Read, owner, key);

    /// <summary>Jobs that have not ended, by number.</summary>
    public static List<Job> Open(SqliteSession session, long after, int limit) =>
        // Without the sign the planner would walk through all the ended jobs by number.
        session.All(Columns + "WHERE +number > $1 AND state < $2 ORDER BY number LIMIT $3", Read, after, (int)JobState.Completed, limit);

    public static List<Job> Claimed(SqliteSession session) => session.All(
        Columns + "WHERE state IN ($1, $2) ORDER BY number", Read, (int)JobState.Dispatched, (int)JobState.Running);

    public static ReadOnlyMemory<byte>? Bytes(SqliteSession session, string sql, string id) =>
        session.First(sql, reader => (ReadOnlyMemory<byte>?)reader.GetFieldValue<byte[]>(0), id);

    public static (Job Job, JobOutput Output)? FindOutput(SqliteSession session, string type, string subfolder, string filename)
    {
        var job = session.First(
            "SELECT number, record FROM names JOIN jobs USING (number) WHERE type = $1 AND subfolder = $2 AND filename = $3",
            Read, type, subfolder, filename);
        var output = job?.Outputs.FirstOrDefault(output => (output.Type, output.Subfolder, output.Filename) == (type, subfolder, filename));
        return output is null ? null : (job!, output);
    }

    public static JobPage List(SqliteSession session, JobQuery query)
    {
        var (where, values) = JobFilter.Where(query);
        var total = (int)session.Scalar("SELECT count(*) FROM jobs" + where, values);
        var direction = query.Descending ? "DESC" : "ASC";
        var order = query.Order == JobOrder.ExecutionTime ? $"seconds {direction}, number {direction}" : $"number {direction}";
        var n = values.Length;
        var jobs = session.All($"{Columns}{where} ORDER BY {order} LIMIT ${n + 1} OFFSET ${n + 2}", Read, [.. values, query.Limit, query.Offset]);
        return new JobPage([.. jobs], total);
    }

    private static Job Read(SqliteDataReader reader) => JobJson.Read(reader.GetFieldValue<byte[]>(1), reader.GetInt64(0));
}
