using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Finds out before a start whether somebody else has the ports: the process's own message would say it later and worse.</summary>
internal static class PortCheck
{
    /// <exception cref="StartFailure">A port is taken.</exception>
    public static void Run(ImmutableArray<EndpointPlan> endpoints)
    {
        foreach (var plan in endpoints.Where(plan => plan.Endpoint.Protocol == System.Net.Sockets.ProtocolType.Tcp))
        {
            foreach (var port in plan.HostPorts)
                Check(plan.Endpoint, port);
        }
    }

    private static void Check(EndpointAnnotation endpoint, int port)
    {
        if (LocalPorts.IsFree(port))
            return;
        var owner = PortOwner.Find(port) is { } found ? $"by {found}" : "by another process";
        throw new StartFailure(
            $"port {port} of endpoint '{endpoint.Name}' is in use {owner}. Stop that process, or give the endpoint another port.");
    }
}
