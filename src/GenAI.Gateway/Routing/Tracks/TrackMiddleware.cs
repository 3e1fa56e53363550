using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Tracks;

/// <summary>
/// Narrows the choice of instances to the track that serves the client, where a model has several, and says in the answer which it was.
/// Goes between retries, which so reach the active track when the canary's instances take no connection, and load balancing.
/// </summary>
internal sealed class TrackMiddleware(RequestDelegate next, Fleet fleet, GatewayMetrics metrics)
{
    public const string TrackHeader = "X-GenAI-Track";
    public const string VersionHeader = "X-GenAI-Version";

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var view = fleet.Current;
        if (view.TryGetModel(proxy.Cluster.Config.ClusterId, out var model) && model.Tracks.IsSplit)
        {
            proxy.AvailableDestinations = Narrow(proxy.AvailableDestinations, view, model.Tracks, TrackWish.Of(context));
            context.Response.OnStarting(
                static state =>
                {
                    var (self, context, view) = ((TrackMiddleware, HttpContext, FleetView))state;
                    self.Say(context, view);
                    return Task.CompletedTask;
                },
                (this, context, view));
        }

        return next(context);
    }

    private static List<DestinationState> Narrow(IReadOnlyList<DestinationState> available, FleetView view, TrackPlan plan, TrackWish wish)
    {
        var meant = plan.Choose(wish);
        if (meant is not null && meant != plan.Active && On(available, view, meant) is { Count: > 0 } onCanary) return onCanary;
        return On(available, view, plan.Active);
    }

    private static List<DestinationState> On(IReadOnlyList<DestinationState> available, FleetView view, string track)
    {
        var found = new List<DestinationState>(available.Count);
        for (var i = 0; i < available.Count; i++)
        {
            if (view.TryGetInstance(available[i].DestinationId, out var instance) && instance.Track == track) found.Add(available[i]);
        }

        return found;
    }

    private void Say(HttpContext context, FleetView view)
    {
        var destination = context.GetReverseProxyFeature().ProxiedDestination;
        if (destination is null || !view.TryGetInstance(destination.DestinationId, out var instance)) return;
        context.Response.Headers[TrackHeader] = instance.Track;
        context.Response.Headers[VersionHeader] = instance.Version;
        metrics.Served(instance.Model, instance.Track, context.Response.StatusCode);
    }
}
