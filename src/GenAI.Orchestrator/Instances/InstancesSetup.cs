using GenAI.ServiceDefaults.Settings;

namespace GenAI.Orchestrator.Instances;

internal static class InstancesSetup
{
    /// <summary>The registry of instances and the snapshots made of it.</summary>
    public static IHostApplicationBuilder AddInstances(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStartupOptions<InstancesOptions, InstancesOptionsValidator>(InstancesOptions.Section);
        services.AddSingleton<SnapshotFeed>();
        services.AddSingleton<SnapshotPublisher>();
        services.AddSingleton<InstanceRegistry>();
        services.AddSingleton<WatcherLimit>();
        return builder;
    }
}
