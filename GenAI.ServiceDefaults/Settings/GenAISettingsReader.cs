using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace GenAI.ServiceDefaults.Settings;

/// <summary>From configuration to <see cref="GenAISettings"/>: names, defaults and what is expected of each.</summary>
internal static class GenAISettingsReader
{
    private const int MaxVersionLength = 64;
    private const double MinIntervalSeconds = 0.1;
    private const double MaxIntervalSeconds = 3600;

    /// <exception cref="SettingsException">At least one setting is wrong; all of them are in the message.</exception>
    public static GenAISettings Read(IConfiguration configuration, string hostEnvironment)
    {
        var reader = new SettingsReader(configuration);
        var environment = ReadEnvironment(reader, configuration, hostEnvironment);
        var settings = new GenAISettings
        {
            Environment = environment,
            LogLevel = reader.Read<LogLevel?>("LOG_LEVEL", null, TryParseLevel, "trace, debug, information, warning, error or critical"),
            HealthCheckInterval = reader.Read("HEALTH_CHECK_INTERVAL", DefaultInterval(environment), TryParseInterval,
                $"a number of seconds from {MinIntervalSeconds} to {MaxIntervalSeconds}"),
            MetricsEnabled = reader.Read("METRICS_ENABLED", true, bool.TryParse, "true or false"),
            ApiAuthEnabled = reader.Read(
                "API_AUTH_ENABLED", environment == GenAIEnvironment.Production, bool.TryParse, "true or false"),
            Version = reader.Read("VERSION", BuiltVersion(), TryParseVersion,
                $"at most {MaxVersionLength} letters, digits, dots, dashes, underscores and plus signs"),
        };
        reader.ThrowIfAnyError();
        return settings;
    }

    private static TimeSpan DefaultInterval(GenAIEnvironment environment) =>
        TimeSpan.FromSeconds(environment == GenAIEnvironment.Testing ? 10 : 30);

    private static GenAIEnvironment ReadEnvironment(SettingsReader reader, IConfiguration configuration, string hostEnvironment)
    {
        const string Name = "GENAI_ENVIRONMENT";
        const string Expected = "development, testing or production";
        if (!string.IsNullOrWhiteSpace(configuration[Name]))
            return reader.Read(Name, GenAIEnvironment.Production, TryParseName, Expected);
        if (TryParseName<GenAIEnvironment>(hostEnvironment, out var environment)) return environment;
        reader.AddError("The host's environment", hostEnvironment, $"{Expected}, or {Name} to be one of them");
        return GenAIEnvironment.Production;
    }

    private static bool TryParseLevel(string text, out LogLevel? level)
    {
        level = text.ToUpperInvariant() switch
        {
            "INFO" => LogLevel.Information,
            "WARN" => LogLevel.Warning,
            _ => TryParseName<LogLevel>(text, out var parsed) && parsed != LogLevel.None ? parsed : null,
        };
        return level is not null;
    }

    /// <summary>A member's name in any case; unlike <c>Enum.TryParse</c>, neither its number nor a list of names.</summary>
    private static bool TryParseName<T>(string text, out T value) where T : struct, Enum
    {
        var name = Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? default : Enum.Parse<T>(name);
        return name is not null;
    }

    private static bool TryParseInterval(string text, out TimeSpan interval)
    {
        var valid = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= MinIntervalSeconds and <= MaxIntervalSeconds;
        interval = valid ? TimeSpan.FromSeconds(seconds) : default;
        return valid;
    }

    private static bool TryParseVersion(string text, out string version)
    {
        version = text;
        return text.Length <= MaxVersionLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');
    }

    private static string BuiltVersion() =>
        typeof(GenAISettings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
