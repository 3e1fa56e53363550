using GenAI.Contracts.Models;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Routing.Balancing;
using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Draining;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.FastPath;
using GenAI.Gateway.Routing.Forwarding;
using GenAI.Gateway.Routing.Retries;
using GenAI.Gateway.Routing.Snapshots;
using GenAI.Gateway.Routing.Sticky;
using GenAI.Gateway.Routing.Tracks;
using GenAI.ServiceDefaults.Settings;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace GenAI.Gateway.Routing;

internal static class RoutingExtensions
{
    /// <summary>Passes requests through to the models' instances, as the control plane's snapshots name them.</summary>
    public static IServiceCollection AddModelRouting(this IServiceCollection services, ModelCatalog catalog)
    {
        services.AddStartupOptions<GatewayOptions, GatewayOptionsValidator>(GatewayOptions.Section);
        services.AddStartupOptions<EjectionOptions, EjectionOptionsValidator>(EjectionOptions.Section);
        services.AddStartupOptions<RetryOptions, RetryOptionsValidator>(RetryOptions.Section);
        services.AddStartupOptions<StickyOptions, StickyOptionsValidator>(StickyOptions.Section);
        services.AddStartupOptions<CircuitBreakerOptions, CircuitBreakerOptionsValidator>(CircuitBreakerOptions.Section);

        services.AddSingleton(catalog);
        services.AddSingleton<Fleet>();
        services.AddSingleton<ModelPorts>();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<StickyRules>();
        services.AddSingleton<CircuitBreakers>();
        services.AddSingleton<RetryBudgets>();
        services.AddSingleton<PassThroughLoad>();
        services.AddSingleton<PassedSockets>();
        services.AddSnapshots();

        services.AddSingleton<IProxyConfigProvider, FleetProxyConfigProvider>();
        services.AddSingleton<LeastLoadedPolicy>();
        services.AddSingleton<ILoadBalancingPolicy>(provider => provider.GetRequiredService<LeastLoadedPolicy>());
        services.AddSingleton<ClientAffinityPolicy>();
        services.AddSingleton<ILoadBalancingPolicy>(provider => provider.GetRequiredService<ClientAffinityPolicy>());
        services.AddSingleton<OutlierEjectionPolicy>();
        services.AddSingleton<IPassiveHealthCheckPolicy>(provider => provider.GetRequiredService<OutlierEjectionPolicy>());
        services.AddSingleton<IForwarderHttpClientFactory, InstanceHttpClientFactory>();
        services.AddReverseProxy().AddTransforms<PassThroughTransforms>();
        services.AddForwarding();
        services.AddFastPath();
        return services;
    }

    /// <summary>Before routing: a model's port becomes that model's path.</summary>
    public static IApplicationBuilder UseModelPorts(this IApplicationBuilder app) => app.UseMiddleware<ModelPortMiddleware>();

    public static IEndpointConventionBuilder MapModels(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<BodyLimitMiddleware>();
            proxy.UseMiddleware<DrainMiddleware>();
            proxy.UseMiddleware<WebSocketLifetime>();
            proxy.UseMiddleware<CircuitMiddleware>();
            proxy.UseMiddleware<RetryMiddleware>();
            proxy.UseMiddleware<TrackMiddleware>();
            proxy.UsePassiveHealthChecks();
            proxy.UseLoadBalancing();
        });
}
