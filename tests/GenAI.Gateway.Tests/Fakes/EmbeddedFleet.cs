using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>The real gateway in front of real embedded model servers, processes of their own: three of FLUX and one of Stable Diffusion.</summary>
public sealed class EmbeddedFleet : IAsyncLifetime
{
    private readonly List<ServerProcess> _servers = [];
    private readonly TemporaryFolder _folder = new();

    internal TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch (Exception)
        {
            // What could not be initialized is not disposed of, and processes outlive the test.
            foreach (var server in _servers) await server.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync()
    {
        var addresses = FreePorts.Take(4).Select(port => new Uri($"http://127.0.0.1:{port}")).ToArray();
        for (var i = 0; i < 3; i++) _servers.Add(ServerProcess.StartModelServer(addresses[i], _folder.Combine($"flux-{i}")));
        _servers.Add(ServerProcess.StartStableDiffusion(addresses[3], _folder.Combine("sd")));
        foreach (var (server, address) in _servers.Zip(addresses)) await Answering.AnswersAsync(new Uri(address, "alive"), server);

        Gateway = TestGateway.Start(settings: new()
        {
            ["FLUX_URL"] = string.Join(',', addresses.Take(3).Select(address => address.ToString().TrimEnd('/'))),
            ["SD35_URL"] = addresses[3].ToString(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
        _folder.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class EmbeddedFleetGroup : ICollectionFixture<EmbeddedFleet>
{
    public const string Name = "embedded fleet";
}
