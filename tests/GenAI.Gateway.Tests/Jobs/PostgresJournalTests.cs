using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Postgres;
using GenAI.Gateway.Tests.Fakes;

namespace GenAI.Gateway.Tests.Jobs;

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalTests(PostgresServer server) : JournalContractTests
{
    private string? _connection;

    private protected override async Task<IJobJournal> OpenAsync()
    {
        _connection ??= await server.CreateDatabaseAsync(Cancelled);
        var journal = new PostgresJournal(_connection, TimeProvider.System);
        await journal.OpenAsync(Cancelled);
        return journal;
    }
}
