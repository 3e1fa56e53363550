using GenAI.Gateway.Routing.Sticky;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;

namespace GenAI.Gateway.Routing;

/// <summary>
/// Feeds YARP from <see cref="Fleet"/>. Only what YARP must know makes a new configuration: which instances take requests and where they
/// are. Load scores change with every probe and are read from the fleet at each choice instead.
/// </summary>
internal sealed class FleetProxyConfigProvider : IProxyConfigProvider, IDisposable
{
    private readonly Fleet _fleet;
    private readonly GatewayOptions _options;
    private readonly StickyRules _sticky;
    private readonly Lock _lock = new();
    private volatile FleetProxyConfig _current;

    public FleetProxyConfigProvider(Fleet fleet, IOptions<GatewayOptions> options, StickyRules sticky)
    {
        _fleet = fleet;
        _options = options.Value;
        _sticky = sticky;
        _current = Build(fleet.Current);
        fleet.Changed += OnChanged;
    }

    public IProxyConfig GetConfig() => _current;

    public void Dispose()
    {
        _fleet.Changed -= OnChanged;
        _current.Dispose();
    }

    private void OnChanged(object? sender, EventArgs e)
    {
        FleetProxyConfig replaced;
        lock (_lock)
        {
            var next = Build(_fleet.Current);
            replaced = _current;
            if (next.Routes.SequenceEqual(replaced.Routes) && next.Clusters.SequenceEqual(replaced.Clusters))
            {
                next.Dispose();
                return;
            }

            _current = next;
        }

        // Not disposed: YARP may have taken it just now and be about to register for its change, which must then still be heard.
        replaced.SignalReplaced();
    }

    private FleetProxyConfig Build(FleetView view) =>
        new(
            [.. view.Models.Select(ProxyConfigBuilder.Route)],
            [.. view.Models.Select(model => ProxyConfigBuilder.Cluster(model, _options, _sticky))]);
}
