using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Routing.Forwarding;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>A request that was admitted, and where it goes.</summary>
/// <param name="Rest">Where in the request's path the model's own path begins.</param>
/// <param name="Key">Whose request it is; null where keys are not asked for.</param>
/// <param name="Window">What is left of the key's requests per minute, of which this one was taken; null: they are not limited.</param>
internal readonly record struct FastPathRoute(
    FleetModel Model, int Rest, ClusterState Cluster, DestinationState Destination, InstancePool Pool, RingKey? Key, WindowState? Window);
