using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace GenAI.Gateway.Routing;

/// <summary>One generation of YARP's configuration; the next one cancels its change token.</summary>
internal sealed class FleetProxyConfig : IProxyConfig, IDisposable
{
    private readonly CancellationTokenSource _replaced = new();

    public FleetProxyConfig(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters)
    {
        Routes = routes;
        Clusters = clusters;
        ChangeToken = new CancellationChangeToken(_replaced.Token);
    }

    public IReadOnlyList<RouteConfig> Routes { get; }

    public IReadOnlyList<ClusterConfig> Clusters { get; }

    public IChangeToken ChangeToken { get; }

    public void SignalReplaced() => _replaced.Cancel();

    public void Dispose() => _replaced.Dispose();
}
