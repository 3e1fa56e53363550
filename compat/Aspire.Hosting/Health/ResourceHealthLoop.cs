using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Health;

/// <summary>Watches for resources that run, and lets one <see cref="ResourceHealthMonitor"/> poll each until all its instances have ended.</summary>
internal sealed class ResourceHealthLoop(ResourceNotificationService notifications, ResourceHealthMonitor monitor) : BackgroundService
{
    private readonly Dictionary<string, CancellationTokenSource> _monitored = new(ResourceNames.Comparer);

    // As the events tell it: when one is read here, its instance may have been started again already.
    private readonly Dictionary<string, string?> _states = new(ResourceNames.Comparer);

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
        var state = _states[resourceEvent.ResourceId] = resourceEvent.Snapshot.State?.Text;
        if (state == KnownResourceStates.Running)
        {
            if (_monitored.ContainsKey(resource.Name))
                return;
            var token = (_monitored[resource.Name] = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken)).Token;
            _ = Task.Run(() => monitor.RunAsync(resource, token), CancellationToken.None);
        }
        else if (KnownResourceStates.TerminalStates.Contains(state) && AllEnded(resource) && _monitored.Remove(resource.Name, out var stop))
        {
            stop.Cancel();
            stop.Dispose();
        }
    }

    private bool AllEnded(IResource resource) => resource.GetResolvedResourceNames().All(id =>
        !_states.TryGetValue(id, out var state) || KnownResourceStates.TerminalStates.Contains(state));
}
