using GenAI.LoadTest.Driving;
using GenAI.LoadTest.Processes;
using GenAI.LoadTest.Servers;

namespace GenAI.LoadTest.Heavy;

/// <summary>One way to servers of its own: a proxy or a gateway, with a client of it.</summary>
internal sealed class HeavyWay : IAsyncDisposable
{
    public const string Nginx = "nginx least_conn", HAProxy = "HAProxy maxconn 1", Fifo = "gateway without estimates", Gateway = "gateway";

    private const string Other = "other-model";

    private readonly List<IAsyncDisposable> _parts = [];

    private HeavyWay()
    {
    }

    public static IReadOnlyList<string> Names { get; } = [Nginx, HAProxy, Fifo, Gateway];

    public GenerateClient Client { get; private set; } = null!;

    /// <summary>Milliseconds between jobs at its servers, sorted.</summary>
    public double[] Gaps => _parts.OfType<ServerFleet>().First().Gaps;

    /// <exception cref="LoadTestException">Its program is missing, or does not start.</exception>
    public static async Task<HeavyWay> StartAsync(string name, IReadOnlyList<double> speeds, CancellationToken cancellationToken)
    {
        var way = new HeavyWay();
        try
        {
            var fleet = way.Own(await ServerFleet.StartAsync(speeds, cancellationToken));
            way.Client = name switch
            {
                Nginx => GenerateClient.To(way.Own(await ProxyProcess.StartNginxAsync(fleet.Addresses, cancellationToken)).Address),
                HAProxy => GenerateClient.To(way.Own(await ProxyProcess.StartHAProxyAsync(fleet.Addresses, oneEach: true, cancellationToken)).Address),
                _ => await way.StartGatewayAsync(fleet, withEstimates: name == Gateway, cancellationToken),
            };
            return way;
        }
        catch
        {
            await way.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var part in Enumerable.Reverse(_parts)) await part.DisposeAsync();
    }

    private async Task<GenerateClient> StartGatewayAsync(ServerFleet fleet, bool withEstimates, CancellationToken cancellationToken)
    {
        var folder = Own(new WorkFolder());
        var warmUp = Own(await ServerFleet.StartAsync([1, 1, 1, 1], cancellationToken));
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SD35_URL"] = fleet.AddressList,
            [$"GenAI:Models:{Other}:Dialect"] = "stable-diffusion",
            [$"GenAI:Models:{Other}:Checkpoint"] = "other.safetensors",
        };
        for (var i = 0; i < warmUp.Addresses.Count; i++) settings[$"services:{Other}:http:{i}"] = warmUp.Addresses[i].ToString().TrimEnd('/');
        // No estimate is as good as that: all jobs are taken to be alike.
        if (!withEstimates) settings["GenAI:Gateway:Dispatch:Policy:UsableEstimateError"] = "0";
        var gateway = Own(await GatewayProcess.StartAsync(folder.Path, settings, cancellationToken));
        using var other = new GenerateClient(gateway.Connect(new Uri(gateway.Address, $"models/{Other}/")));
        await WarmUp.RunAsync(stop => other.SendAsync(HeavyWorkload.Smallest(), stop), cancellationToken);
        return new GenerateClient(gateway.Connect(gateway.StableDiffusion));
    }

    private T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
