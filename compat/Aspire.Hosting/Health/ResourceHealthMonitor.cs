using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Health;

/// <summary>Polls the health checks of one resource, publishes the reports, and says once that it is ready.</summary>
internal sealed partial class ResourceHealthMonitor(
    HealthCheckService healthChecks,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    TimeProvider time,
    ILogger<ResourceHealthMonitor> logger)
{
    public async Task RunAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            if (resource.TryGetAnnotationsIncludingAncestorsOfType<HealthCheckAnnotation>(out var annotations))
                await PollAsync(resource, annotations.Select(annotation => annotation.Key).ToHashSet(), cancellationToken);
            else
                await AnnounceReadyAsync(resource, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The resource has ended, or the application stops.
        }
    }

    private async Task PollAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var unhealthyInARow = 0;
        Task? announcement = null;
        while (true)
        {
            var report = await CheckAsync(keys, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var ranAt = time.GetUtcNow().UtcDateTime;
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with { HealthReports = Merged(snapshot.HealthReports, report, ranAt) });

            var healthy = report.Status == HealthStatus.Healthy;
            unhealthyInARow = healthy ? 0 : unhealthyInARow + 1;
            if (healthy)
                announcement ??= AnnounceReadyAsync(resource, cancellationToken);

            await Task.Delay(HealthPollingSchedule.After(unhealthyInARow, hasBeenHealthy: announcement is not null), time, cancellationToken);
        }
    }

    private async Task<HealthReport> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            return await healthChecks.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A check that cannot even be created has no entry in a report: all are unhealthy, with the reason.
            LogCheckFailed(failure);
            var entry = new HealthReportEntry(HealthStatus.Unhealthy, "Error calling HealthCheckService.", TimeSpan.Zero, failure, data: null);
            return new HealthReport(keys.ToDictionary(key => key, _ => entry), TimeSpan.Zero);
        }
    }

    /// <summary>The handlers' task is published when it has ended, so that who waits for the resource waits for them too, and sees them fail.</summary>
    private async Task AnnounceReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        var handlers = Task.Run(() => eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken), cancellationToken);
        await handlers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (handlers.Exception is { } failure)
            LogReadyHandlerFailed(resource.Name, failure.InnerException ?? failure);
        // A resource that has ended meanwhile may run again: this readiness is not that run's.
        cancellationToken.ThrowIfCancellationRequested();
        await notifications.PublishUpdateAsync(resource, snapshot => snapshot with { ReadyHandlers = handlers });
    }

    private static ImmutableArray<HealthReportSnapshot> Merged(ImmutableArray<HealthReportSnapshot> before, HealthReport report, DateTime ranAt)
    {
        var fresh = report.Entries.Select(entry =>
            new HealthReportSnapshot(entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Exception?.ToString()) { LastRunAt = ranAt });
        return [.. before.Where(old => !report.Entries.ContainsKey(old.Name)), .. fresh];
    }

    [LoggerMessage(LogLevel.Warning, "The health checks could not be run")]
    private partial void LogCheckFailed(Exception failure);

    [LoggerMessage(LogLevel.Error, "A handler of the ready event of resource '{ResourceName}' failed")]
    private partial void LogReadyHandlerFailed(string resourceName, Exception failure);
}
