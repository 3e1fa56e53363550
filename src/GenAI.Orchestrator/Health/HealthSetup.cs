using GenAI.ServiceDefaults.Health;
using GenAI.ServiceDefaults.Settings;

namespace GenAI.Orchestrator.Health;

internal static class HealthSetup
{
    /// <summary>The loop that probes the instances and keeps the registry true.</summary>
    public static IHostApplicationBuilder AddInstanceHealth(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStartupOptions<HealthOptions, HealthOptionsValidator>(HealthOptions.Section)
            .Configure<GenAISettings>((options, settings) => options.Interval = settings.HealthCheckInterval);
        services.AddSingleton<ProbeClient>();
        services.AddSingleton<IInstanceProbe, ComfyUIProbe>();
        services.AddSingleton<IInstanceProbe, StableDiffusionProbe>();
        services.AddSingleton<InstanceProber>();
        services.AddSingleton<HealthMetrics>();
        services.AddHostedService<HealthLoop>();
        services.AddHealthChecks().AddCheck<FirstRoundCheck>("instances", tags: [HealthEndpoints.StartingTag]);
        return builder;
    }
}
