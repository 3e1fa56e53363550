using GenAI.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenAI.LoadTest.Servers;

/// <summary>Model servers on ports of their own, in this process, all with both dialects.</summary>
internal sealed class ServerFleet : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<int, SleepingServer> _servers;

    private ServerFleet(WebApplication app, Dictionary<int, SleepingServer> servers) => (_app, _servers) = (app, servers);

    public IReadOnlyList<Uri> Addresses => [.. _servers.Keys.Select(port => new Uri($"http://127.0.0.1:{port}"))];

    /// <summary>For a gateway's setting.</summary>
    public string AddressList => string.Join(',', Addresses.Select(address => address.ToString().TrimEnd('/')));

    /// <summary>Sorted, of all servers.</summary>
    public double[] Gaps => [.. _servers.Values.SelectMany(server => server.Gaps).Order()];

    public int Loads => _servers.Values.Sum(server => server.Loads);

    /// <param name="speeds">One for each server.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<ServerFleet> StartAsync(IReadOnlyList<double> speeds, CancellationToken cancellationToken)
    {
        var ports = FreePorts.Take(speeds.Count);
        var servers = ports.Zip(speeds).ToDictionary(pair => pair.First, pair => new SleepingServer(pair.Second));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            foreach (var port in ports) kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.UseWebSockets();
        var comfy = ports.ToDictionary(port => port, port => new ComfyUIDialect(servers[port]));
        app.Run(context =>
        {
            var port = context.Connection.LocalPort;
            return context.Request.Path == "/generate"
                ? StableDiffusionDialect.GenerateAsync(servers[port], context)
                : comfy[port].AnswerAsync(context);
        });
        await app.StartAsync(cancellationToken);
        return new ServerFleet(app, servers);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var server in _servers.Values) server.Dispose();
    }
}
