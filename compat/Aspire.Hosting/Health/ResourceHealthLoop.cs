using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Health;

/// <summary>Watches for resources that run, and lets one <see cref="ResourceHealthMonitor"/> poll each until all its instances have ended.</summary>
internal sealed class ResourceHealthLoop(ResourceNotificationService notifications, ResourceHealthMonitor monitor) : BackgroundService
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _monitored = new(ResourceNames.Comparer);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stoppingToken))
                Follow(resourceEvent, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private void Follow(ResourceEvent resourceEvent, CancellationToken stoppingToken)
    {
        var resource = resourceEvent.Resource;
        var state = resourceEvent.Snapshot.State?.Text;
        if (state == KnownResourceStates.Running)
        {
            if (_monitored.ContainsKey(resource.Name))
                return;
            var stop = _monitored[resource.Name] = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _ = monitor.RunAsync(resource, stop.Token);
        }
        else if (KnownResourceStates.TerminalStates.Contains(state) && AllEnded(resource) && _monitored.TryRemove(resource.Name, out var stop))
        {
            stop.Cancel();
            stop.Dispose();
        }
    }

    private bool AllEnded(IResource resource) => resource.GetResolvedResourceNames().All(id =>
        !notifications.TryGetCurrentState(id, out var current) || KnownResourceStates.TerminalStates.Contains(current.Snapshot.State?.Text));
}
