using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GenAI.Orchestrator.Health;

internal static class HealthSetup
{
    /// <summary>The registry of instances and the loop that keeps it true.</summary>
    public static IHostApplicationBuilder AddInstanceHealth(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);

        services.AddStartupOptions<InstancesOptions, InstancesOptionsValidator>(InstancesOptions.Section);
        services.AddSingleton<SnapshotFeed>();
        services.AddSingleton<SnapshotPublisher>();
        services.AddSingleton<InstanceRegistry>();
        services.AddSingleton<WatcherLimit>();

        services.AddStartupOptions<HealthOptions, HealthOptionsValidator>(HealthOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
                options.Interval = configuration.GetValue<double?>("HEALTH_CHECK_INTERVAL") is { } seconds
                    ? TimeSpan.FromSeconds(seconds)
                    : options.Interval);
        services.AddSingleton<ProbeClient>();
        services.AddSingleton<IInstanceProbe, ComfyUIProbe>();
        services.AddSingleton<IInstanceProbe, StableDiffusionProbe>();
        services.AddSingleton<InstanceProber>();
        services.AddSingleton<HealthMetrics>();
        services.AddHostedService<HealthLoop>();
        services.AddHealthChecks().AddCheck<FirstRoundCheck>("instances");
        return builder;
    }
}
