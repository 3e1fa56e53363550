using GenAI.Contracts;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Snapshots;

internal static class SnapshotExtensions
{
    /// <summary>Follows the control plane's snapshots.</summary>
    public static IServiceCollection AddSnapshots(this IServiceCollection services)
    {
        services.AddStartupOptions<OrchestratorOptions, OrchestratorOptionsValidator>(OrchestratorOptions.Section)
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                if (string.IsNullOrEmpty(options.Url)) options.Url = DefaultUrl(configuration);
            });

        services.AddHttpClient<OrchestratorClient>((provider, http) =>
            {
                http.BaseAddress = new Uri(provider.GetRequiredService<IOptions<OrchestratorOptions>>().Value.Url! + "/");
                // A watch lasts as long as the gateway; the loop bounds its silence itself.
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            // The client lives as long as the gateway; the orchestrator's name may come to mean another address.
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .WithoutStandardResilience();
        services.AddSingleton<ControlPlaneLink>();
        services.AddHostedService<SnapshotLoop>();
        services.AddHealthChecks().AddCheck<ControlPlaneHealthCheck>("orchestrator");
        return services;
    }

    private static string DefaultUrl(IConfiguration configuration) =>
        configuration.GetSection("services:orchestrator:api").Exists() ? "http://_api.orchestrator" : "http://orchestrator";
}
