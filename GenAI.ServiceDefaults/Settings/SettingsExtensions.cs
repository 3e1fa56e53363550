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
        builder.Environment.EnvironmentName = settings.Environment.ToString();
        builder.Services.AddSingleton(settings);
        return settings;
    }
}
