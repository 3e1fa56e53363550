using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// What differs from a run by hand: no dashboard (so waiters give up on what has ended), random ports instead of fixed ones,
/// resources' output in the log, and the settings of the AppHost's launch profile as configuration.
/// </summary>
internal static class TestingDefaults
{
    private static readonly string[] HostPrefixes = ["DOTNET_", "ASPNETCORE_"];

    public static void Apply(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings,
        Assembly appHost,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        settings.Args = options.Args = [.. settings.Args ?? [], .. args];
        settings.ApplicationName = options.AssemblyName = appHost.GetName().Name;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.Configuration ??= new ConfigurationManager();
        configureBuilder(options, settings);

        // Set before the configuration of the application itself, which therefore wins.
        var defaults = LaunchProfileSettings(options, settings);
        defaults.TryAdd("DcpPublisher:RandomizePorts", "true");
        var asked = new ConfigurationManager();
        asked.AddConfiguration(settings.Configuration).AddCommandLine(settings.Args ?? []);
        settings.Configuration.AddInMemoryCollection([.. defaults.Where(setting => asked[setting.Key] is null)]);
    }

    public static DistributedApplicationBuilder CreateBuilder(
        Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        var before = BuilderObserver.Current;
        BuilderObserver.Current = new DefaultsObserver((options, settings) => Apply(options, settings, appHost, args, configureBuilder));
        try
        {
            var builder = new DistributedApplicationBuilder(new DistributedApplicationOptions());
            builder.Services.AddHttpClient();
            return builder;
        }
        finally
        {
            BuilderObserver.Current = before;
        }
    }

    private static Dictionary<string, string?> LaunchProfileSettings(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        var defaults = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (options.ProjectDirectory is not { } folder || !Directory.Exists(folder) || LaunchProfiles.ReadFolder(folder) is not { } launchSettings)
            return defaults;

        var name = settings.Configuration?["DOTNET_LAUNCH_PROFILE"] ?? launchSettings.Profiles.Keys.FirstOrDefault();
        if (name is null)
            return defaults;
        if (!launchSettings.Profiles.TryGetValue(name, out var profile))
            throw new InvalidOperationException($"The configured launch profile, '{name}', was not found in the launch settings file.");

        defaults["DOTNET_LAUNCH_PROFILE"] = name;
        foreach (var (variable, value) in profile.EnvironmentVariables)
        {
            defaults[variable] = value;
            // As the host itself reads these: DOTNET_ENVIRONMENT is the setting `environment`.
            foreach (var prefix in HostPrefixes.Where(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                defaults[variable[prefix.Length..]] = value;
        }

        return defaults;
    }

    private sealed class DefaultsObserver(Action<DistributedApplicationOptions, HostApplicationBuilderSettings> onConstructing) : BuilderObserver
    {
        public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
            => onConstructing(options, settings);

        public override void OnBuilding(DistributedApplicationBuilder builder)
        {
            // Built by the test, at once.
        }

        public override void OnBuilt(DistributedApplication application)
        {
            // The test has it already.
        }
    }
}
