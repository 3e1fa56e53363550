using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>The real gateway in front of three real model servers, each a process of its own.</summary>
public sealed class ThreeServers : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess[] _servers = [];

    internal Uri[] Instances { get; private set; } = [];

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
        Instances = [.. FreePorts.Take(3).Select(port => new Uri($"http://127.0.0.1:{port}/"))];
        _servers = [.. Instances.Select((address, i) => ServerProcess.StartModelServer(address, _folder.Combine($"model-{i}")))];
        foreach (var (address, server) in Instances.Zip(_servers)) await Answering.AnswersAsync(new Uri(address, "queue"), server);
        Gateway = TestGateway.Start(settings: new() { ["FLUX_URL"] = string.Join(',', Instances.Select(address => address.ToString().TrimEnd('/'))) });
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
        _folder.Dispose();
    }
}
