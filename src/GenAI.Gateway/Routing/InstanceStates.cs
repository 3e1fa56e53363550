using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Routing;

internal static class InstanceStates
{
    /// <summary>Whether new requests may go to an instance in this state. One that drains finishes what it has.</summary>
    public static bool TakesRequests(this InstanceState state) => state is InstanceState.Healthy or InstanceState.Degraded;
}
