using GenAI.Gateway.Jobs.Journal.Postgres;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>Which journal is used: the one place that knows.</summary>
internal static class JournalChoice
{
    /// <summary>The name of the connection string that asks for PostgreSQL.</summary>
    public const string ConnectionName = "jobs";

    public static IJobJournal Create(IServiceProvider provider) =>
        provider.GetRequiredService<IConfiguration>().GetConnectionString(ConnectionName) is { Length: > 0 } shared
            ? new PostgresJournal(shared, provider.GetRequiredService<TimeProvider>())
            : new SqliteJournal(Path.Combine(provider.GetRequiredService<IOptions<JobOptions>>().Value.Folder, "jobs.db"));
}
