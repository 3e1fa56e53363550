using GenAI.Orchestrator.Resources.Linux;
using GenAI.Orchestrator.Resources.Nvidia;
using GenAI.ServiceDefaults.Settings;

namespace GenAI.Orchestrator.Resources;

internal static class ResourcesSetup
{
    /// <summary>The loop that samples the machine, and its GPUs as metrics.</summary>
    public static IHostApplicationBuilder AddResources(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStartupOptions<ResourcesOptions, ResourcesOptionsValidator>(ResourcesOptions.Section);
        services.AddSingleton(new HostFiles("/"));
        services.AddSingleton<HostReader>();
        services.AddSingleton<NvidiaSmi>();
        services.AddSingleton<ResourceBoard>();
        services.AddSingleton<ResourceMetrics>();
        services.AddHostedService<ResourceSamplingLoop>();
        return builder;
    }
}
