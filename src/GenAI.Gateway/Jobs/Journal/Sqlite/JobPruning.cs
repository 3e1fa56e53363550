namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>Deletes ended jobs, and finds out which contents nobody refers to any more.</summary>
internal static class JobPruning
{
    public const int MostAtOnce = 200;

    /// <summary>Numbers of the ended jobs beyond the limits, the oldest first.</summary>
    public static List<long> Doomed(SqliteSession session, JobRetention retention, DateTimeOffset now)
    {
        var doomed = new List<long>();
        var oldest = (now - retention.MaxAge).UtcTicks;
        long count = 0;
        long bytes = 0;
        foreach (var (number, endedAt, size) in session.All(
            "SELECT number, ended_at, bytes FROM jobs WHERE ended_at IS NOT NULL ORDER BY ended_at DESC",
            reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))))
        {
            bytes += size;
            if (++count > retention.MaxCount || bytes > retention.MaxBytes || endedAt < oldest) doomed.Add(number);
        }

        doomed.Reverse();
        return doomed;
    }

    /// <returns>Hashes that no job refers to any more.</returns>
    public static IReadOnlyList<string> Delete(SqliteSession session, IReadOnlyList<long> numbers)
    {
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var number in numbers)
        {
            hashes.UnionWith(session.All("SELECT hash FROM contents WHERE number = $1", reader => reader.GetString(0), number));
            session.Execute("DELETE FROM jobs WHERE number = $1", number);
        }

        return Unused(session, hashes);
    }

    public static IReadOnlyList<string> Unused(SqliteSession session, IEnumerable<string> hashes) =>
        [.. hashes.Where(hash => session.Scalar("SELECT EXISTS (SELECT 1 FROM contents WHERE hash = $1)", hash) == 0)];
}
