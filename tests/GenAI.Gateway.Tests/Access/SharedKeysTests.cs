using System.Net;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Access;

/// <summary>Keys of gateways that share a PostgreSQL database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedKeysTests(PostgresServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gateways_that_start_at_once_draw_one_first_key_and_know_each_others_keys()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, string?> settings = new()
        {
            ["ConnectionStrings:jobs"] = await server.CreateDatabaseAsync(Cancelled),
            ["GenAI:Gateway:Jobs:Folder"] = folder.Path,
            ["GenAI:Gateway:Access:SyncInterval"] = "00:00:00.2",
        };
        var gateways = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => KeyedGateway.Start(settings))));

        var file = Assert.Single(Directory.EnumerateFiles(folder.Path, "first-admin-key*"));
        var admin = (await File.ReadAllTextAsync(file, Cancelled)).Trim();
        using var http = gateways[0].Connect(admin);
        var issued = await new GenAI.Contracts.Access.AccessClient(http).CreateKeyAsync(new() { Name = "test" }, Cancelled);
        foreach (var gateway in gateways)
        {
            using var client = gateway.Connect(issued.Key);
            await Eventually.TrueAsync(async () => (await client.GetAsync("v1/models", Cancelled)).StatusCode == HttpStatusCode.OK, Cancelled);
        }

        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("Hots=127.0.0.1")]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=y")]
    public async Task A_database_that_cannot_be_used_is_told_with_the_setting_that_names_it(string connection)
    {
        var refused = await Assert.ThrowsAsync<AccessStoreException>(async () =>
        {
            await using var database = new PostgresAccessDatabase(connection);
            await new AccessStore(database).OpenAsync(new DateOnly(2026, 1, 1), Cancelled);
        });
        Assert.Contains("ConnectionStrings:jobs", refused.Message);
    }
}
