using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenAI.ServiceDefaults.Settings;

public static class SettingsExtensions
{
    /// <summary>The shared settings while the service is still being built; later they are in the container.</summary>
    /// <exception cref="InvalidOperationException">AddServiceDefaults has not been called yet.</exception>
    public static GenAISettings GenAISettings(this IHostApplicationBuilder builder) =>
        builder.Services.Select(service => service.ServiceType == typeof(GenAISettings) ? service.ImplementationInstance : null)
            .OfType<GenAISettings>().FirstOrDefault()
        ?? throw new InvalidOperationException("Call AddServiceDefaults before GenAISettings.");

    internal static GenAISettings AddGenAISettings(this IHostApplicationBuilder builder)
    {
        var settings = GenAISettingsReader.Read(builder.Configuration, builder.Environment.EnvironmentName);
        builder.SwitchEnvironment(settings.Environment.ToString());
        builder.Services.AddSingleton(settings);
        return settings;
    }

    /// <summary>The host was built for another environment: its <c>appsettings.{environment}.json</c> is replaced too.</summary>
    private static void SwitchEnvironment(this IHostApplicationBuilder builder, string environment)
    {
        var before = $"appsettings.{builder.Environment.EnvironmentName}.json";
        builder.Environment.EnvironmentName = environment;

        var sources = builder.Configuration.Sources;
        foreach (var source in sources.OfType<JsonConfigurationSource>().Where(source => source.Path == before).ToArray())
        {
            sources[sources.IndexOf(source)] = new JsonConfigurationSource
            {
                FileProvider = source.FileProvider,
                Path = $"appsettings.{environment}.json",
                Optional = source.Optional,
                ReloadOnChange = source.ReloadOnChange,
            };
        }
    }
}
