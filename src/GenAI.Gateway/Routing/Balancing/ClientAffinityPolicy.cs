using System.Net;
using GenAI.Contracts;
using GenAI.Gateway.Access;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Routing.Clients;
using GenAI.Gateway.Routing.Draining;
using GenAI.Gateway.Routing.FastPath;
using GenAI.Gateway.Routing.Sticky;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Balancing;

/// <summary>
/// The same instance for the same client, for as long as that instance takes requests and is not overloaded (<see cref="BoundedLoad"/>):
/// ComfyUI keeps its users' settings and files per process. A client is who <see cref="StickyOptions"/> says. Highest random weight hashing
/// (Thaler and Ravishankar, 1998): each pair of client and instance has a fixed pseudo-random weight, and a client goes to the instance of its
/// highest; when an instance goes, only its own clients move, and they come back with it. It needs no state, so every gateway agrees.
/// </summary>
internal sealed class ClientAffinityPolicy(Fleet fleet, LeastLoadedPolicy leastLoaded, InstanceJobs jobs, PassThroughLoad load, StickyRules rules)
    : ILoadBalancingPolicy
{
    public const string PolicyName = "ClientAffinity";

    public string Name => PolicyName;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        if (availableDestinations.Count == 1) return availableDestinations[0];
        if (FailedAttempt.Choice(context, availableDestinations) is { } failed) return failed;
        return ClientOf(context, cluster.ClusterId) is { } client ? Pick(client, availableDestinations) : leastLoaded.Pick(availableDestinations);
    }

    /// <summary>Of somebody of whose request only this is known; null where that is not enough to tell.</summary>
    public DestinationState? TryPick(FleetModel model, Caller caller, IPAddress address, IReadOnlyList<DestinationState> candidates)
    {
        if (candidates.Count == 1) return candidates[0];
        return rules.Of(model.Name, model.Dialect) switch
        {
            StickyBy.Address => Pick(ClientHash.Of(address), candidates),
            StickyBy.Key => Pick(ClientHash.Of(caller, address), candidates),
            StickyBy.None => leastLoaded.Pick(candidates),
            _ => null,
        };
    }

    /// <summary>Null: the request is bound to nothing.</summary>
    private ulong? ClientOf(HttpContext context, string modelName)
    {
        var dialect = fleet.Current.TryGetModel(modelName, out var model) ? model.Dialect : ModelDialect.ComfyUI;
        var by = rules.Of(modelName, dialect);
        if (by == StickyBy.Header)
        {
            if (context.Request.Headers.TryGetValue(rules.Options.Header, out var values) && values is [{ Length: > 0 } session]) return ClientHash.OfName(session);
            by = StickyRules.OfDialect(dialect);
        }

        return by switch
        {
            StickyBy.Address => ClientHash.Of(context.Connection.RemoteIpAddress ?? IPAddress.None),
            StickyBy.Key => ClientHash.Of(context),
            _ => null,
        };
    }

    private DestinationState Pick(ulong client, IReadOnlyList<DestinationState> candidates)
    {
        var underWay = 0;
        for (var i = 0; i < candidates.Count; i++) underWay += UnderWay(candidates[i]);
        var most = BoundedLoad.Most(underWay, candidates.Count, rules.Options.LoadFactor, rules.Options.LoadFloor);

        DestinationState? best = null;
        ulong highest = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            var weight = ClientHash.Pair(client, candidates[i].DestinationId);
            if ((best is not null && weight <= highest) || UnderWay(candidates[i]) >= most) continue;
            (best, highest) = (candidates[i], weight);
        }

        // All can be full only when requests came while we looked.
        return best ?? leastLoaded.Pick(candidates);
    }

    private int UnderWay(DestinationState destination) => load.Of(destination) + jobs.Count(destination.DestinationId);
}
