using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Health;

internal static class HealthSetup
{
    /// <summary>The registry of instances and the loop that keeps it true.</summary>
    public static IHostApplicationBuilder AddInstanceHealth(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<IValidateOptions<InstancesOptions>, InstancesOptionsValidator>();
        services.AddOptions<InstancesOptions>().BindConfiguration(InstancesOptions.Section).ValidateOnStart();
        services.AddSingleton<SnapshotFeed>();
        services.AddSingleton<SnapshotPublisher>();
        services.AddSingleton<InstanceRegistry>();
        services.AddSingleton<WatcherLimit>();

        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddOptions<HealthOptions>()
            .BindConfiguration(HealthOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
                options.Interval = configuration.GetValue<double?>("HEALTH_CHECK_INTERVAL") is { } seconds
                    ? TimeSpan.FromSeconds(seconds)
                    : options.Interval)
            .ValidateOnStart();
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
