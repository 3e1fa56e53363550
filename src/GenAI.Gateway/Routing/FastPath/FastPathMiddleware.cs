using System.Net;
using GenAI.Gateway.Access.Limits;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>Begins every connection on the fast path; what that leaves is the server's.</summary>
internal sealed class FastPathMiddleware(
    FastPathAdmission admission, FastPathTally tally, InstanceMetrics metrics, ModelPorts ports, HostSettings host,
    IOptions<GatewayOptions> options, IOptions<ConnectionOptions> limits, TimeProvider clock, ILogger<FastPathConnection> logger)
{
    public async Task ServeAsync(ConnectionContext client, ConnectionDelegate server)
    {
        if (options.Value.FastPath && !host.RestrictsHosts && client is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote })
        {
            var root = ports.TryGetRoot(local.Port, out var path) ? ModelPaths.ModelName(path.Value) : null;
            var request = new FastPathRequest(limits.Value.MaxHeaders, host.Headers);
            var connection = new FastPathConnection(client, root, remote.Address, request, admission, tally, metrics, options.Value, limits.Value, clock, logger);
            if (!await connection.ServeAsync())
            {
                TellProtocol(client);
                return;
            }
        }

        await server(client);
    }

    /// <summary>To <c>kestrel.connection.duration</c>, as the server does for the connections that come to it.</summary>
    private static void TellProtocol(ConnectionContext client)
    {
        if (client.Features.Get<IConnectionMetricsTagsFeature>() is not { Tags: var tags }) return;
        tags.Add(new("network.protocol.name", "http"));
        tags.Add(new("network.protocol.version", "1.1"));
    }
}
