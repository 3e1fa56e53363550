using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Forwarding;

internal static class ForwardingExtensions
{
    /// <summary>Puts <see cref="InstanceForwarder"/> in front of YARP's forwarder. Call it after AddReverseProxy.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        var full = services.Last(service => service.ServiceType == typeof(IHttpForwarder));
        var type = full.ImplementationType
            ?? throw new InvalidOperationException($"{nameof(IHttpForwarder)} is registered without a type; expected YARP's own registration.");
        services.Remove(full);
        services.AddSingleton<InstancePools>();
        services.AddSingleton<InstanceMetrics>();
        services.AddSingleton<IHttpForwarder>(provider =>
            ActivatorUtilities.CreateInstance<InstanceForwarder>(provider, (IHttpForwarder)ActivatorUtilities.CreateInstance(provider, type)));
        services.AddHostedService<ConnectionSweepLoop>();
        return services;
    }
}
