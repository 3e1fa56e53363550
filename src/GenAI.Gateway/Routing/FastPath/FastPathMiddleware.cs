using System.Net;
using GenAI.Gateway.Access.Limits;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.AspNetCore.Connections;
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
            if (!await connection.ServeAsync()) return;
        }

        await server(client);
    }
}
