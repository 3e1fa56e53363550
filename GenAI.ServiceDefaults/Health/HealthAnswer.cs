using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenAI.ServiceDefaults.Health;

/// <summary>The body of <c>/health</c> and <c>/alive</c>.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>: the worst of the checks.</param>
/// <param name="Version">The service's version.</param>
/// <param name="DurationMilliseconds">Of all checks together; they run side by side.</param>
/// <param name="Checks">Ordered by name.</param>
public sealed record HealthAnswer(string Status, string Version, double DurationMilliseconds, ImmutableArray<HealthCheckAnswer> Checks)
{
    internal static HealthAnswer From(HealthReport report, string version) => new(
        Name(report.Status),
        version,
        report.TotalDuration.TotalMilliseconds,
        [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => HealthCheckAnswer.From(entry.Key, entry.Value))]);

    internal static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

/// <summary>One check.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">As in <see cref="HealthAnswer"/>.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
/// <param name="Description">What the check says of itself. An exception's message is never shown: it may hold internals.</param>
public sealed record HealthCheckAnswer(
    string Name,
    string Status,
    double DurationMilliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description)
{
    internal static HealthCheckAnswer From(string name, HealthReportEntry entry) => new(
        name,
        HealthAnswer.Name(entry.Status),
        entry.Duration.TotalMilliseconds,
        entry.Exception is null ? entry.Description : "The check failed; the log says why.");
}
