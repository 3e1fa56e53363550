using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace GenAI.AppHost.Resources;

/// <summary>Reads the settings of the whole system and passes them on to the services that read them.</summary>
internal static class SettingExtensions
{
    private static readonly string[] ServiceSettings = ["LOG_LEVEL", "HEALTH_CHECK_INTERVAL", "METRICS_ENABLED", "VERSION"];

    extension(IDistributedApplicationBuilder builder)
    {
        /// <summary>The setting of that name, when it has a value.</summary>
        public string Setting(string setting, string defaultValue) =>
            builder.Configuration[setting] is { Length: > 0 } value ? value : defaultValue;

        /// <summary>Notes that a setting cannot be used, so that all such are told together (<see cref="RefuseWrongSettings"/>).</summary>
        /// <param name="error">A sentence: the setting, what was found and what is expected.</param>
        public void NoteWrongSetting(string error) => builder.Services.AddSingleton(new WrongSetting(error));

        /// <summary>To be called once everything is declared.</summary>
        /// <exception cref="WrongSettingsException">There are such.</exception>
        public void RefuseWrongSettings()
        {
            var errors = builder.Services.Select(service => service.ImplementationInstance).OfType<WrongSetting>().Select(wrong => wrong.Error).Distinct().ToArray();
            if (errors.Length > 0) throw new WrongSettingsException(errors);
        }

        /// <summary>A TCP port from the setting of that name; one that is no port is noted.</summary>
        public int Port(string setting, int defaultPort) => builder.WholeNumber(setting, defaultPort, minimum: 1, maximum: 65535);

        /// <summary>A whole number from the setting of that name; one that is none in the range is noted.</summary>
        public int WholeNumber(string setting, int defaultValue, int minimum, int maximum)
        {
            var value = builder.Configuration[setting];
            if (string.IsNullOrEmpty(value)) return defaultValue;
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
                return number;
            builder.NoteWrongSetting($"{setting} is '{value}'; expected a whole number from {minimum} to {maximum}.");
            return defaultValue;
        }

        /// <summary>
        /// A folder for what a resource keeps over restarts, below <c>GenAI:DataDirectory</c> (<c>.genai</c> beside the AppHost's project).
        /// </summary>
        public string DataDirectory(params ReadOnlySpan<string> path)
        {
            var root = builder.Configuration["GenAI:DataDirectory"] is { Length: > 0 } setting ? setting : ".genai";
            return Path.Combine([Path.GetFullPath(root, builder.AppHostDirectory), .. path]);
        }
    }

    extension(IResourceBuilder<ProjectResource> service)
    {
        /// <summary>Passes on <c>GENAI_ENVIRONMENT</c> (unless set, production when published and development here) and every other common setting that has a value.</summary>
        public IResourceBuilder<ProjectResource> WithServiceSettings()
        {
            var configuration = service.ApplicationBuilder.Configuration;
            var unset = service.ApplicationBuilder.ExecutionContext.IsPublishMode ? "production" : "development";
            service.WithEnvironment("GENAI_ENVIRONMENT", service.ApplicationBuilder.Setting("GENAI_ENVIRONMENT", unset));
            foreach (var setting in ServiceSettings) service.WithOptionalSetting(setting);
            return service;
        }

        /// <summary>
        /// Lets Prometheus, which has no key, read the gateway's metrics where keys are asked for: here, where everything listens on loopback;
        /// published, where the gateway's port is open to others too, only if <c>GenAI:Gateway:Access:OpenMetrics</c> says so.
        /// </summary>
        public IResourceBuilder<ProjectResource> WithMetricsForPrometheus()
        {
            var unset = service.ApplicationBuilder.ExecutionContext.IsRunMode ? "true" : "";
            var value = service.ApplicationBuilder.Setting("GenAI:Gateway:Access:OpenMetrics", unset);
            return value.Length > 0 ? service.WithEnvironment("GenAI__Gateway__Access__OpenMetrics", value) : service;
        }

        /// <summary>Passes a setting on when it has a value.</summary>
        public IResourceBuilder<ProjectResource> WithOptionalSetting(string setting) =>
            service.ApplicationBuilder.Configuration[setting] is { Length: > 0 } value ? service.WithEnvironment(setting, value) : service;
    }

    /// <summary>Kept among the services, which are the builder's own.</summary>
    private sealed record WrongSetting(string Error);
}
