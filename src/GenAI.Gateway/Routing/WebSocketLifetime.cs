using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Draining;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing;

/// <summary>
/// What sets a passed-through WebSocket apart from a request. It has its own idle time: a client's socket is rightly silent for hours
/// (ComfyUI sends nothing while nothing runs), where a plain request that is silent for so long is lost, and YARP keeps one time for both.
/// And it ends when the gateway has stopped, instead of holding up the stop for as long as the client keeps it open, or when its instance has
/// been draining for too long; clients reconnect.
/// </summary>
internal sealed class WebSocketLifetime(
    RequestDelegate next, IOptions<GatewayOptions> options, GatewayDrain drain, PassedSockets sockets, PassThroughLoad load)
{
    public Task InvokeAsync(HttpContext context) => context.IsWebSocket() ? PassAsync(context) : next(context);

    private async Task PassAsync(HttpContext context)
    {
        var feature = context.GetReverseProxyFeature();
        context.Features.Set<IReverseProxyFeature>(new PatientFeature(feature, WithIdleTimeout(feature.Cluster)));
        await using var stopping = drain.Over.Register(context.Abort);
        load.BeginSocket();
        sockets.Add(context);
        try
        {
            await next(context);
        }
        finally
        {
            sockets.Remove(context);
            load.EndSocket();
        }
    }

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
