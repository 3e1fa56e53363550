using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Health;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.Running;
using Aspire.Hosting.Terminal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting;

/// <summary>The services of an application, room by room.</summary>
internal static class HostingServices
{
    // A little more than the runner allows a child to end by itself.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static void Add(HostApplicationBuilder host, DistributedApplicationOptions options, DistributedApplicationExecutionContext executionContext)
    {
        var services = host.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.Configure<HostOptions>(hostOptions => hostOptions.ShutdownTimeout = ShutdownTimeout);

        AddNotifications(services, options);
        AddRunning(services);
        AddContainers(services, options.ProjectDirectory ?? host.Environment.ContentRootPath);
        AddHealth(services);
        AddLogging(host, options);

        host.Services.AddHostedService<ApplicationAnnouncements>();
        // Before anything is started that is told where to send telemetry.
        if (executionContext.IsRunMode && !options.DisableDashboard)
            DashboardServices.Add(host);
        host.Services.AddHostedService(provider => provider.GetRequiredService<ApplicationRunner>());
        host.Services.AddHostedService<ForcedStop>();
    }

    private static void AddNotifications(IServiceCollection services, DistributedApplicationOptions options)
    {
        services.AddSingleton<ResourceNotificationService>();
        services.AddSingleton<ResourceLoggerService>();
        services.AddSingleton(provider => new ResourceCommandService(
            provider.GetRequiredService<DistributedApplicationModel>(), provider.GetRequiredService<ResourceLoggerService>(), provider));
        services.Configure<ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior = options.DisableDashboard
            ? WaitBehavior.StopOnResourceUnavailable
            : WaitBehavior.WaitOnResourceUnavailable);
    }

    private static void AddRunning(IServiceCollection services)
    {
        services.AddSingleton<Publisher>();
        services.AddSingleton<Watchdog>();
        services.AddSingleton<ChildProcesses>();
        services.AddSingleton<ProjectBuilds>();
        services.AddSingleton<LaunchValues>();
        services.AddSingleton<LaunchPlanner>();
        services.AddSingleton<StartFailures>();
        services.AddSingleton<ParameterPrompt>();
        services.AddSingleton<ParameterStarter>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RunningServices>(provider));
        services.AddSingleton<ProcessLauncher>();
        services.AddSingleton<ApplicationRunner>();
    }

    private static void AddContainers(IServiceCollection services, string appHostDirectory)
    {
        services.AddSingleton(_ => AppHostIdentity.Of(appHostDirectory));
        services.AddSingleton<ContainerEngines>();
        services.AddSingleton<SessionNetwork>();
        services.AddSingleton<ContainerImages>();
        services.AddSingleton<ContainerPlanner>();
        services.AddSingleton<ContainerLauncher>();
    }

    private static void AddHealth(IServiceCollection services)
    {
        services.AddHealthChecks();
        services.AddHttpClient();
        services.AddSingleton<ResourceHealthMonitor>();
        services.AddHostedService<ResourceHealthLoop>();
    }

    private static void AddLogging(HostApplicationBuilder host, DistributedApplicationOptions options)
    {
        var logging = host.Logging;
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);
        logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        logging.AddConfiguration(host.Configuration.GetSection("Logging"));

        if (options.EnableResourceLogging)
        {
            host.Services.AddHostedService<ResourceLogForwarding>();
        }
        else
        {
            // One stream to the terminal, in order and aligned: the AppHost's own lines among its resources'.
            var console = host.Services.Where(service => service.ImplementationType == typeof(ConsoleLoggerProvider)).ToArray();
            foreach (var provider in console)
                host.Services.Remove(provider);
            host.Services.AddSingleton(provider => new TerminalWriter(
                System.Console.Out, TerminalColours.Wanted, provider.GetRequiredService<DistributedApplicationModel>()));
            host.Services.AddSingleton<ILoggerProvider, TerminalLoggerProvider>();
            host.Services.AddHostedService<TerminalOutput>();
            host.Services.AddHostedService<StartupReport>();
        }
    }
}
