using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>
/// The network that the application's containers share, where each is found by its resource's name, and the way from there to this
/// machine's loopback. It is made for the first container and removed when the application stops, with every container that is not
/// persistent; what an AppHost left behind that was killed is removed first.
/// </summary>
internal sealed class SessionNetwork(
    DistributedApplicationModel model,
    Watchdog watchdog,
    AppHostIdentity identity,
    IConfiguration configuration,
    IHostEnvironment environment) : IAsyncDisposable
{
    private const int LongestApplicationName = 32;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<int, Lazy<TcpRelay>> _relays = new();
    private Network? _network;

    /// <summary>The network, made if it is not there yet.</summary>
    public async Task<Network> JoinAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _network ??= await CreateAsync(engine, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// How a container reaches a port on this machine's loopback. Where the engine runs on this very machine (Linux) nothing of the
    /// loopback can be reached from a container, so connections to the network's gateway are relayed; elsewhere the engine does that.
    /// </summary>
    public (string Host, int Port) HostPort(ContainerEngine engine, Network network, int port)
    {
        var host = configuration["AppHost:ContainerHostname"] is { Length: > 0 } name ? name : engine.HostName;
        return network.LocalGateway is { } gateway
            ? (host, _relays.GetOrAdd(port, p => new(() => TcpRelay.Start(gateway, [p]))).Value.Address.Port)
            : (host, port);
    }

    /// <summary>Removes the network and what is left on it; containers that stay keep theirs.</summary>
    public async Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _network, null) is not { } network)
            return;
        await RemoveAsync(network.Engine, $"{AppHostIdentity.SessionLabel}={identity.Session}", _ => true, CancellationToken.None);
        await CloseRelaysAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseRelaysAsync();
        _turn.Dispose();
    }

    private async Task<Network> CreateAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        await RemoveAsync(engine, AppHostIdentity.OwnerLabel, identity.IsGone, cancellationToken);
        watchdog.RemoveContainers($"{AppHostIdentity.SessionLabel}={identity.Session}", engine.Path);

        var isPersistent = model.Resources.OfType<ContainerResource>().Any(container => container.IsPersistent());
        var name = isPersistent ? $"aspire-persistent-network-{identity.AppHost}" : $"aspire-session-network-{identity.Session}";
        name += $"-{ApplicationName()}";
        if (!isPersistent || await FindAsync(engine, name, cancellationToken) is null)
        {
            string[] labels = isPersistent
                ? [$"{AppHostIdentity.AppHostLabel}={identity.AppHost}"]
                : [$"{AppHostIdentity.SessionLabel}={identity.Session}", $"{AppHostIdentity.OwnerLabel}={identity.Owner}"];
            var created = await engine.RunAsync(["network", "create", .. labels.SelectMany(label => new[] { "--label", label }), name], cancellationToken);
            // Another AppHost of the same folder may have made the persistent one meanwhile.
            if (created.ExitCode != 0 && (!isPersistent || await FindAsync(engine, name, cancellationToken) is null))
                throw new StartFailure($"{engine.Name} could not make the network '{name}': {created.Complaint}.");
        }

        return new Network(engine, name, await LocalGatewayAsync(engine, name, cancellationToken));
    }

    private static async Task<string?> FindAsync(ContainerEngine engine, string network, CancellationToken cancellationToken)
        => (await engine.RunAsync(["network", "inspect", "--format", "{{.Name}}", network], cancellationToken)) is { ExitCode: 0, Output: [var name, ..] } ? name : null;

    /// <summary>The gateway's address, if it is one of this machine's own.</summary>
    private static async Task<IPAddress?> LocalGatewayAsync(ContainerEngine engine, string network, CancellationToken cancellationToken)
    {
        var result = await engine.RunAsync(["network", "inspect", network], cancellationToken);
        if (result.ExitCode != 0)
            return null;
        using var document = JsonDocument.Parse(string.Concat(result.Output));
        var local = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(adapter => adapter.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .ToHashSet();
        return Gateways(document.RootElement[0])
            .Select(gateway => IPAddress.TryParse(gateway, out var address) ? address : null)
            .FirstOrDefault(address => address is { AddressFamily: AddressFamily.InterNetwork } && local.Contains(address));
    }

    // Docker: {"IPAM":{"Config":[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]}}   Podman: {"subnets":[{"gateway":"10.89.0.1"}]}
    private static string?[] Gateways(JsonElement network)
    {
        if (network.TryGetProperty("IPAM", out var addresses) && addresses.TryGetProperty("Config", out var docker) && docker.ValueKind == JsonValueKind.Array)
            return docker.EnumerateArray().Select(subnet => subnet.TryGetProperty("Gateway", out var gateway) ? gateway.GetString() : null).ToArray();
        return network.TryGetProperty("subnets", out var podman) && podman.ValueKind == JsonValueKind.Array
            ? podman.EnumerateArray().Select(subnet => subnet.TryGetProperty("gateway", out var gateway) ? gateway.GetString() : null).ToArray()
            : [];
    }

    private static async Task RemoveAsync(ContainerEngine engine, string label, Func<string, bool> isToGo, CancellationToken cancellationToken)
    {
        if (await ListAsync(["ps", "--all", "--no-trunc"], $"{{{{.ID}}}} {{{{.Label \"{AppHostIdentity.OwnerLabel}\"}}}}") is { Length: > 0 } containers)
            await engine.RunAsync(["rm", "--force", "--volumes", .. containers], cancellationToken);
        // Podman tells a network's labels only all together: a=b,c=d.
        if (await ListAsync(["network", "ls", "--no-trunc"], "{{.ID}} {{.Labels}}") is { Length: > 0 } networks)
            await engine.RunAsync(["network", "rm", .. networks], cancellationToken);

        async Task<string[]> ListAsync(string[] command, string format)
        {
            var result = await engine.RunAsync([.. command, "--filter", $"label={label}", "--format", format], cancellationToken);
            return [.. result.Output.Select(line => line.Split(' ', 2)).Where(row => row is [_, var labels] && isToGo(OwnerIn(labels))).Select(row => row[0])];
        }
    }

    private static string OwnerIn(string labels)
    {
        const string Opening = AppHostIdentity.OwnerLabel + "=";
        return labels.Split(',').FirstOrDefault(label => label.StartsWith(Opening, StringComparison.Ordinal)) is { } label ? label[Opening.Length..] : labels;
    }

    private async Task CloseRelaysAsync()
    {
        foreach (var relay in _relays.Values.Where(relay => relay.IsValueCreated))
            await relay.Value.DisposeAsync();
        _relays.Clear();
    }

    private string ApplicationName()
    {
        var name = new string([.. environment.ApplicationName.Where(char.IsAsciiLetterOrDigit)]);
        return name.Length > LongestApplicationName ? name[..LongestApplicationName] : name;
    }

    /// <param name="Engine">Where it is.</param>
    /// <param name="Name">Its name there.</param>
    /// <param name="LocalGateway">Its gateway's address, where that is an address of this machine.</param>
    internal sealed record Network(ContainerEngine Engine, string Name, IPAddress? LocalGateway);
}
