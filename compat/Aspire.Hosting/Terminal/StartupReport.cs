using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Terminal;

/// <summary>Says once that the whole application is up, after how long, and where everything is; or what is not, once all has settled.</summary>
internal sealed class StartupReport(
    TerminalWriter writer,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    private readonly Dictionary<string, ResourceEvent> _last = new(ResourceNames.Comparer);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        // What ends because the application stops has not come up.
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stopping))
            {
                _last[resourceEvent.ResourceId] = resourceEvent;
                var awaited = Awaited();
                if (awaited.Count == 0 || awaited.Any(resource => Outcome(resource) is null))
                    continue;
                Report(awaited, time.GetElapsedTime(started));
                return;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before everything was up.
        }
    }

    private List<IResource> Awaited() => [.. model.Resources.Where(resource =>
        LaunchPlanner.CanLaunch(resource) && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>())];

    /// <summary>Whether it is well; null while that is not decided.</summary>
    private bool? Outcome(IResource resource)
    {
        var snapshots = resource.GetResolvedResourceNames().Select(id => _last.GetValueOrDefault(id)?.Snapshot).ToArray();
        if (snapshots.Any(snapshot => snapshot?.State?.Text == KnownResourceStates.FailedToStart || snapshot is { Reason: not null }))
            return false;
        if (snapshots.All(snapshot => snapshot is { HealthStatus: HealthStatus.Healthy } or { ExitCode: 0 }))
            return true;
        return snapshots.All(snapshot => snapshot?.State?.Text == KnownResourceStates.Waiting) && DependsOnFailure(resource) ? false : null;
    }

    private bool DependsOnFailure(IResource resource)
        => resource.Annotations.OfType<WaitAnnotation>().Any(wait => LaunchPlanner.CanLaunch(wait.Resource)
            ? Outcome(wait.Resource) == false
            : _last.GetValueOrDefault(wait.Resource.Name)?.Snapshot.Reason is not null);

    private void Report(List<IResource> resources, TimeSpan elapsed)
    {
        var unwell = resources.Where(resource => Outcome(resource) == false).ToArray();
        writer.WriteAppHost("");
        if (unwell.Length == 0)
            writer.WriteAppHost($"All {resources.Count} resources are healthy after {elapsed.TotalSeconds:0.0} s", TerminalColours.Green);
        else
            writer.WriteAppHost($"{resources.Count - unwell.Length} of {resources.Count} resources are healthy; not: {string.Join(", ", unwell.Select(r => r.Name))}", TerminalColours.Red);

        var nameWidth = resources.Max(resource => resource.Name.Length);
        foreach (var resource in resources)
            writer.WriteAppHost($"  {resource.Name.PadRight(nameWidth)}  {StateOf(resource),-13}  {UrlsOf(resource)}".TrimEnd());
        writer.WriteAppHost("");
    }

    private string StateOf(IResource resource)
    {
        var snapshots = resource.GetResolvedResourceNames().Select(id => _last[id].Snapshot).ToArray();
        var state = snapshots[0].HealthStatus is { } health ? health.ToString() : snapshots[0].State?.Text;
        return snapshots.Length == 1 ? $"{state}" : $"{state} x{snapshots.Length}";
    }

    private string UrlsOf(IResource resource)
        => string.Join("  ", _last[resource.GetResolvedResourceNames()[0]].Snapshot.Urls.Where(url => !url.IsInternal).Select(url => url.Url));
}
