using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace GenAI.ServiceDefaults.Health;

/// <summary>Logs a check when its status changes, not each time someone asks. A check starts out as healthy.</summary>
internal sealed partial class HealthChangeLog(ILogger<HealthChangeLog> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HealthStatus> _last = [];

    public void Observe(HealthReport report)
    {
        lock (_lock)
        {
            foreach (var (name, entry) in report.Entries)
            {
                if (_last.GetValueOrDefault(name, HealthStatus.Healthy) != entry.Status)
                    LogChange(logger, LevelOf(entry), name, HealthAnswer.Name(entry.Status), entry.Description, entry.Exception);
                _last[name] = entry.Status;
            }
        }
    }

    private static LogLevel LevelOf(HealthReportEntry entry) => entry.Status switch
    {
        HealthStatus.Healthy => LogLevel.Information,
        _ when entry.Tags.Contains(HealthEndpoints.StartingTag) && entry.Exception is null => LogLevel.Information,
        HealthStatus.Degraded => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    [LoggerMessage(EventId = 1, Message = "Health check '{Check}' is now {Status}: {Description}")]
    private static partial void LogChange(
        ILogger logger, LogLevel level, string check, string status, string? description, Exception? exception);
}
