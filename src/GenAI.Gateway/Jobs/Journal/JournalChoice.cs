using GenAI.Gateway.Jobs.Journal.Sqlite;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>Which journal is used: the one place that knows.</summary>
internal static class JournalChoice
{
    public static IJobJournal Create(IServiceProvider provider) =>
        new SqliteJournal(Path.Combine(provider.GetRequiredService<IOptions<JobOptions>>().Value.Folder, "jobs.db"));
}
