using GenAI.Gateway.Access;
using GenAI.Gateway.Dispatch.ComfyUI;
using GenAI.Gateway.Dispatch.StableDiffusion;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Routing;
using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.Errors;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

internal static class DispatchExtensions
{
    /// <summary>The queue: jobs are accepted and journalled, wait, run on instances, and are kept.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        StartupFailure.Report<JournalException>();
        services.AddStartupOptions<JobOptions, JobOptionsValidator>(JobOptions.Section);
        services.AddStartupOptions<DispatchSettings, DispatchSettingsValidator>(DispatchSettings.Section);

        services.AddSingleton(JournalChoice.Create);
        services.AddSingleton<JobEvents>();
        services.AddSingleton(provider => new OpenJobs(
            provider.GetRequiredService<IOptions<DispatchSettings>>().Value.Policy.PriorityHeadStart, provider.GetRequiredService<SteadyClock>()));
        services.AddSingleton<JobRecorder>();
        services.AddSingleton<JobIntake>();
        services.AddSingleton<JobDesk>();
        services.AddSingleton<JobMetrics>();
        services.AddSingleton<ModelPaces>();
        services.AddSingleton<ContentStore>();

        // Its owner's own extension may have added it, with what else belongs to it.
        services.TryAddSingleton<JobAdmission>();
        services.AddDispatch();
        // After the loop that opens the journal.
        services.AddHostedService<RetentionLoop>();
        return services;
    }

    private static void AddDispatch(this IServiceCollection services)
    {
        services.AddSingleton<InstanceJobs>();
        services.AddSingleton<InstanceHealth>();
        services.AddSingleton<DispatchInbox>();
        services.AddSingleton<DispatchTasks>();
        services.AddSingleton<LeftoverJobs>();
        services.AddSingleton<JobCancellation>();
        services.AddSingleton<OtherGateways>();
        services.AddSingleton<DispatchBoard>();
        services.AddSingleton<RunExecution>();
        services.AddSingleton<ComfyUIInstance>();
        services.AddSingleton<IInstanceRunner, ComfyUIRunner>();
        services.AddSingleton<IInstanceRunner, StableDiffusionRunner>();
        services.AddHostedService<DispatchLoop>();
        services.AddHostedService<RelayLoop>();
        services.AddSingleton<GatewayDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayDrain>());
        services.AddHealthChecks().AddCheck<GatewayDrain>("accepting-jobs");
        // The host must not cut short what the drain allows.
        services.AddOptions<HostOptions>().Configure<IOptions<DispatchSettings>>(
            (host, settings) => host.ShutdownTimeout = settings.Value.DrainLimit + TimeSpan.FromSeconds(30));

        services.AddHttpClient<InstanceClient>("instance-jobs", http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = InstanceClient.MaxAnswerBytes;
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                handler.ConnectTimeout = provider.GetRequiredService<IOptions<GatewayOptions>>().Value.ConnectTimeout;
                // The client lives as long as the gateway; an instance's name may come to mean another address.
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                handler.UseProxy = false;
                handler.AllowAutoRedirect = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .WithoutStandardResilience();
    }
}
