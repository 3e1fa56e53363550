using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Access;
using Aspire.Hosting.Dashboard.Live;
using Aspire.Hosting.Dashboard.Otlp;
using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Resources;
using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard's services: in run mode, unless the AppHost has switched it off.</summary>
internal static class DashboardServices
{
    private const string AllowAnonymousName = "ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS";
    private const string FrontendTokenName = "ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN";
    private const int TokenBytes = 16;

    public static void Add(HostApplicationBuilder host)
    {
        AddKeys(host.Configuration);
        var services = host.Services;
        services.AddSingleton(provider => DashboardSettings.From(
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<DistributedApplicationOptions>()));
        services.AddSingleton(provider => provider.GetRequiredService<DashboardSettings>().Limits);
        services.AddSingleton(provider => new ApiKey(provider.GetRequiredService<DashboardSettings>().OtlpApiKey));
        services.AddSingleton(provider => new BrowserAccess(provider.GetRequiredService<DashboardSettings>().BrowserToken));
        services.AddSingleton(provider => new SecretMask(
            provider.GetRequiredService<DistributedApplicationModel>(),
            provider.GetRequiredService<ResourceNotificationService>(),
            [provider.GetRequiredService<DashboardSettings>().OtlpApiKey, provider.GetRequiredService<DashboardSettings>().BrowserToken]));
        services.AddSingleton(provider => new TextPool(provider.GetRequiredService<SecretMask>().Text));

        services.AddSingleton<Changes>();
        services.AddSingleton<TelemetryStore>();
        services.AddSingleton<OtlpReceiver>();
        services.AddSingleton<OtlpApi>();
        services.AddSingleton<ResourceViews>();
        services.AddSingleton<ResourceBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<ResourceBoard>());

        services.AddSingleton<Commands>();
        services.AddSingleton<ResourcesPage>();
        services.AddSingleton<ResourcePage>();
        services.AddSingleton<GraphPage>();
        services.AddSingleton<ConsolePage>();
        services.AddSingleton<LogsPage>();
        services.AddSingleton<TracesPage>();
        services.AddSingleton<TracePage>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<ConsoleFeed>();
        services.AddSingleton<DashboardApi>();
        services.AddSingleton<DashboardHost>();
        services.AddHostedService(provider => provider.GetRequiredService<DashboardHost>());
    }

    /// <summary>New ones for each run, unless configuration has them; none where everybody is let in.</summary>
    private static void AddKeys(ConfigurationManager configuration)
    {
        if (DashboardSettings.IsOn(configuration, AllowAnonymousName))
            return;
        configuration[DashboardSettings.BrowserTokenName] = configuration[FrontendTokenName] is { Length: > 0 } given ? given : NewToken();
        configuration[DashboardSettings.OtlpApiKeyName] ??= NewToken();
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
}
