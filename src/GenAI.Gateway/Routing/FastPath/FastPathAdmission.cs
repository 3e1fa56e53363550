using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using GenAI.Gateway.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Routing.Balancing;
using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Forwarding;
using GenAI.ServiceDefaults.Settings;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// Which plain requests go the fast path, and to which instance: those of which the ordinary way would decide nothing else than to pass them on.
/// Everything that is refused, or needs a decision beyond which instance is least busy, is the ordinary way's.
/// </summary>
internal sealed class FastPathAdmission(
    Fleet fleet, IProxyStateLookup proxy, OwnPaths own, CircuitBreakers circuits, GatewayDrain drain, KeyRing ring, GenAISettings settings,
    LeastLoadedPolicy leastLoaded, ClientAffinityPolicy affinity, InstancePools pools, SteadyClock clock)
{
    private const int LongestName = 64;

    private readonly bool _asksForKeys = settings.ApiAuthEnabled;

    /// <param name="request">What was read.</param>
    /// <param name="root">The model that the port is rooted at; null: the port for everything.</param>
    /// <param name="address">The client's.</param>
    /// <param name="route">Where it goes. A request of the key's minute has been taken; whoever does not go there gives it back.</param>
    public bool TryAdmit(FastPathRequest request, string? root, IPAddress address, out FastPathRoute route)
    {
        route = default;
        if (drain.IsDraining || !TryFindModel(request.Path, root, out var model, out var rest) || own.Has(request.Path[rest..])) return false;
        if (model.Tracks.IsSplit || !circuits.Of(model.Name).IsClosed || !proxy.TryGetCluster(model.Name, out var cluster)) return false;
        if (!TryIdentify(request, model, out var key)) return false;

        var destination = Choose(model, cluster, key?.Caller ?? Caller.Anonymous, address);
        if (destination is null || !InstanceOrigin.CanReach(destination.Model.Config.Address)) return false;
        var window = key?.Window?.Take(clock.Now);
        if (window is { Allowed: false }) return false;
        route = new FastPathRoute(model, rest, cluster, destination, pools.To(destination.Model.Config.Address), key, window);
        return true;
    }

    private bool TryFindModel(ReadOnlySpan<byte> path, string? root, [NotNullWhen(true)] out FleetModel? model, out int rest)
    {
        (model, rest) = (null, 0);
        if (root is not null) return fleet.Current.TryGetModel(root, out model);

        var start = ModelPaths.Prefix.Length + 1;
        if (path.Length <= start || path[start - 1] != '/' || !Ascii.EqualsIgnoreCase(path[..(start - 1)], ModelPaths.Prefix)) return false;
        var length = path[start..].IndexOf((byte)'/');
        if (length is <= 0 or > LongestName) return false;
        Span<char> name = stackalloc char[LongestName];
        Encoding.ASCII.GetChars(path.Slice(start, length), name);
        rest = start + length;
        return fleet.Current.TryGetModel(name[..length], out model);
    }

    private bool TryIdentify(FastPathRequest request, FleetModel model, out RingKey? key)
    {
        key = null;
        if (!_asksForKeys) return request.Key.IsEmpty;
        return ring.Check(request.Key, out key) == KeyVerdict.Valid && RouteNeed.OfReading.IsMetBy(key!.Caller) && key.Caller.MayUse(model.Name);
    }

    private DestinationState? Choose(FleetModel model, ClusterState cluster, Caller caller, IPAddress address)
    {
        var candidates = cluster.DestinationsState.AvailableDestinations;
        if (candidates.Count == 0) return null;
        return cluster.Model.Config.LoadBalancingPolicy == LeastLoadedPolicy.PolicyName
            ? leastLoaded.Pick(candidates)
            : affinity.TryPick(model, caller, address, candidates);
    }
}
