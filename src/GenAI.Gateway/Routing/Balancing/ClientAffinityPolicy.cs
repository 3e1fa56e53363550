using System.Net;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Balancing;

/// <summary>
/// The same instance for the same client address, for as long as that instance takes requests. ComfyUI keeps its queue, history, outputs
/// and sockets per process, so a client must find <c>/history/{id}</c>, <c>/view</c> and <c>/ws</c> where its <c>/prompt</c> went, and an
/// unmodified client sends nothing that ties those requests together but the address they come from. Clients behind one address share an
/// instance. When an instance goes, only its own clients move (<see cref="RendezvousHash"/>).
/// </summary>
internal sealed class ClientAffinityPolicy : ILoadBalancingPolicy
{
    public const string PolicyName = "ClientAffinity";

    public string Name => PolicyName;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        var client = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var best = availableDestinations[0];
        var bestWeight = RendezvousHash.Weight(client, best.DestinationId);
        for (var i = 1; i < availableDestinations.Count; i++)
        {
            var candidate = availableDestinations[i];
            var weight = RendezvousHash.Weight(client, candidate.DestinationId);
            if (weight > bestWeight) (best, bestWeight) = (candidate, weight);
        }

        return best;
    }
}
