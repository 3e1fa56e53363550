using System.Net;
using GenAI.Gateway.Routing.Balancing;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.Sticky;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing;

/// <summary>YARP's routes and clusters: per model one of each, both named after it. Pure.</summary>
internal static class ProxyConfigBuilder
{
    public static RouteConfig Route(FleetModel model) => new()
    {
        RouteId = model.Name,
        ClusterId = model.Name,
        // Kestrel and GatewayOptions.MaxRequestBodyBytes bound the body, for every route alike.
        Match = new RouteMatch { Path = model.PassedPath },
        Transforms = [new Dictionary<string, string>(StringComparer.Ordinal) { ["PathRemovePrefix"] = $"{ModelPaths.Prefix}/{model.Name}" }],
    };

    public static ClusterConfig Cluster(FleetModel model, GatewayOptions options, StickyRules sticky) => new()
    {
        ClusterId = model.Name,
        LoadBalancingPolicy = sticky.Of(model.Name, model.Dialect) == StickyBy.None ? LeastLoadedPolicy.PolicyName : ClientAffinityPolicy.PolicyName,
        HealthCheck = new HealthCheckConfig
        {
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = OutlierEjectionPolicy.PolicyName },
        },
        HttpClient = new HttpClientConfig { EnableMultipleHttp2Connections = true },
        HttpRequest = new ForwarderRequestConfig
        {
            ActivityTimeout = options.ActivityTimeout,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        Destinations = model.Instances
            .Where(instance => instance.State.TakesRequests())
            .ToDictionary(instance => instance.Id, instance => new DestinationConfig { Address = instance.Endpoint.AbsoluteUri }, StringComparer.Ordinal),
    };
}
