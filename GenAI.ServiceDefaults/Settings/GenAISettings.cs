using Microsoft.Extensions.Logging;

namespace GenAI.ServiceDefaults.Settings;

/// <summary>The settings that every service shares, read once at start from the configuration (in practice, the environment).</summary>
public sealed record GenAISettings
{
    /// <summary><c>GENAI_ENVIRONMENT</c>: development, testing or production. The host's own environment when it is not set.</summary>
    public required GenAIEnvironment Environment { get; init; }

    /// <summary><c>LOG_LEVEL</c>: trace, debug, information, warning, error or critical. Null when not set: the configuration decides.</summary>
    public LogLevel? LogLevel { get; init; }

    /// <summary><c>HEALTH_CHECK_INTERVAL</c>, the seconds within which an instance that died is ejected: 30, or 10 in testing.</summary>
    public required TimeSpan HealthCheckInterval { get; init; }

    /// <summary><c>METRICS_ENABLED</c>: whether <c>/metrics</c> is served. True unless set.</summary>
    public required bool MetricsEnabled { get; init; }

    /// <summary><c>API_AUTH_ENABLED</c>: whether callers must bring a key. True in production, else false, unless set.</summary>
    public required bool ApiAuthEnabled { get; init; }

    /// <summary><c>VERSION</c>: what this deployment calls itself. The version it was built with unless set.</summary>
    public required string Version { get; init; }
}
