namespace GenAI.Gateway.Jobs.Journal.Sqlite;

/// <summary>Gives each output a name of its own, as <see cref="OutputNaming"/> says.</summary>
internal static class FreeNames
{
    public static string Reserve(SqliteSession session, string type, string subfolder, string filename, long job)
    {
        if (TryTake(session, type, subfolder, filename, job)) return filename;

        var naming = OutputNaming.Of(filename);
        // Where the last clash ended, so that the n-th does not try n names.
        var last = session.Scalar(
            "SELECT last FROM counters WHERE type = $1 AND subfolder = $2 AND stem = $3", type, subfolder, naming.Stem);
        var next = Math.Max(naming.Count, last);
        string name;
        do
        {
            next++;
            name = naming.Numbered(next);
        }
        while (!TryTake(session, type, subfolder, name, job));

        session.Execute(
            "INSERT INTO counters VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET last = excluded.last", type, subfolder, naming.Stem, next);
        return name;
    }

    private static bool TryTake(SqliteSession session, string type, string subfolder, string filename, long job) =>
        session.Execute("INSERT INTO names VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", type, subfolder, filename, job) == 1;
}
