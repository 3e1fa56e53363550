using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing;

/// <summary>
/// Gives WebSockets their own idle time. YARP keeps one activity time per cluster, but a client's socket is rightly silent for hours
/// (ComfyUI sends nothing while nothing runs) where a plain request that is silent for so long is lost.
/// </summary>
internal sealed class WebSocketPatience(RequestDelegate next, IOptions<GatewayOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest || IsUpgrade(context.Request))
        {
            var feature = context.GetReverseProxyFeature();
            context.Features.Set<IReverseProxyFeature>(new PatientFeature(feature, WithIdleTimeout(feature.Cluster)));
        }

        return next(context);
    }

    private static bool IsUpgrade(HttpRequest request) =>
        request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);

    private ClusterModel WithIdleTimeout(ClusterModel cluster) =>
        new(
            cluster.Config with { HttpRequest = cluster.Config.HttpRequest! with { ActivityTimeout = options.Value.WebSocketIdleTimeout } },
            cluster.HttpClient);

    private sealed class PatientFeature(IReverseProxyFeature inner, ClusterModel cluster) : IReverseProxyFeature
    {
        public RouteModel Route => inner.Route;

        public ClusterModel Cluster => cluster;

        public IReadOnlyList<DestinationState> AllDestinations => inner.AllDestinations;

        public IReadOnlyList<DestinationState> AvailableDestinations
        {
            get => inner.AvailableDestinations;
            set => inner.AvailableDestinations = value;
        }

        public DestinationState? ProxiedDestination
        {
            get => inner.ProxiedDestination;
            set => inner.ProxiedDestination = value;
        }
    }
}
