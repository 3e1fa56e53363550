using System.Text.Encodings.Web;
using System.Text.Json;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenAI.ServiceDefaults;

/// <summary>Console logs: JSON with UTC times in production, one plain line each elsewhere.</summary>
internal static class Logging
{
    /// <summary>
    /// Categories that say something about every request that the caller's own log, a metric or a trace says better.
    /// Configuration can name any of them to see more.
    /// </summary>
    private static readonly string[] NoisyCategories =
    [
        "Microsoft.AspNetCore",
        "Microsoft.Extensions.Http",
        "Polly",
        "System.Net.Http.HttpClient",
        "Yarp.ReverseProxy.Forwarder",
    ];

    private const string HealthCheckCategory = "Microsoft.Extensions.Diagnostics.HealthChecks";

    public static void AddLogging(this IHostApplicationBuilder builder, GenAISettings settings)
    {
        AddLevels(builder.Configuration, settings.LogLevel);

        // Whoever starts the service may ask for a format (an Aspire AppHost does).
        if (!string.IsNullOrEmpty(builder.Configuration["Logging:Console:FormatterName"])) return;
        if (settings.Environment == GenAIEnvironment.Production) builder.Logging.AddJsonLines();
        else builder.Logging.AddPlainLines();
    }

    /// <summary>The noise goes before all other sources, so that they override it; LOG_LEVEL goes after them, so that it wins.</summary>
    private static void AddLevels(IConfigurationManager configuration, LogLevel? level)
    {
        if (level is null or > LogLevel.Debug)
        {
            var quiet = level > LogLevel.Warning ? level.Value : LogLevel.Warning;
            configuration.Sources.Insert(0, new MemoryConfigurationSource
            {
                InitialData =
                [
                    .. NoisyCategories.Select(category => KeyValuePair.Create($"Logging:LogLevel:{category}", (string?)quiet.ToString())),
                    // Says the same at each probe; HealthChangeLog says it once.
                    KeyValuePair.Create($"Logging:LogLevel:{HealthCheckCategory}", (string?)nameof(LogLevel.None)),
                ],
            });
        }

        if (level is not null)
            configuration.AddInMemoryCollection([KeyValuePair.Create("Logging:LogLevel:Default", (string?)level.ToString())]);
    }

    private static void AddJsonLines(this ILoggingBuilder logging) => logging.AddJsonConsole(options =>
    {
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        options.IncludeScopes = true;
        // Characters beyond ASCII stay readable; what could break out of a line or a string is escaped all the same.
        options.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    });

    private static void AddPlainLines(this ILoggingBuilder logging) => logging.AddSimpleConsole(options =>
    {
        options.SingleLine = true;
        options.TimestampFormat = "HH:mm:ss.fff ";
    });
}
