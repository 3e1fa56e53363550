using Npgsql;

namespace GenAI.Gateway.Jobs.Journal.Postgres;

/// <summary>Gives each output a name of its own, as <see cref="OutputNaming"/> says.</summary>
internal static class FreeNames
{
    // Where the last clash ended, so that the n-th does not try n names; one number to each of those who ask at once.
    private const string Next = """
        INSERT INTO counters VALUES ($1, $2, $3, $4 + 1)
        ON CONFLICT (type, subfolder, stem) DO UPDATE SET last = greatest(counters.last, $4) + 1
        RETURNING last
        """;

    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public static async Task<string> ReserveAsync(
        NpgsqlConnection connection, string type, string subfolder, string filename, string jobId, CancellationToken cancellationToken)
    {
        var job = await connection.Command("SELECT number FROM jobs WHERE id = $1", jobId).FirstAsync(reader => (long?)reader.GetInt64(0), cancellationToken)
            ?? throw new InvalidOperationException($"There is no job '{jobId}'.");
        var naming = OutputNaming.Of(filename);
        for (var name = filename; ; name = naming.Numbered(await NextAsync()))
        {
            if (await TryTakeAsync(name)) return name;
        }

        async Task<bool> TryTakeAsync(string name) =>
            await connection.Command("INSERT INTO names VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", type, subfolder, name, job).ExecuteAsync(cancellationToken) == 1;

        Task<long> NextAsync() =>
            connection.Command(Next, type, subfolder, naming.Stem, naming.Count).FirstAsync(reader => reader.GetInt64(0), cancellationToken);
    }
}
