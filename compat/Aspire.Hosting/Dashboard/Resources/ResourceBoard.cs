using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Live;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard.Resources;

/// <summary>The last state of every instance of every resource, as it was published.</summary>
internal sealed class ResourceBoard(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceViews views, Changes changes) : BackgroundService
{
    private readonly ConcurrentDictionary<string, ResourceEvent> _last = new(ResourceNames.Comparer);

    /// <summary>Every instance that is not hidden, in the order in which the AppHost added the resources.</summary>
    public IReadOnlyList<ResourceView> All() => [.. model.Resources.SelectMany(Of)];

    /// <summary>The instances of a resource.</summary>
    public IEnumerable<ResourceView> Of(IResource resource)
    {
        var ids = resource.GetResolvedResourceNames();
        for (var i = 0; i < ids.Length; i++)
        {
            if (_last.TryGetValue(ids[i], out var last) && !last.Snapshot.IsHidden)
                yield return views.Of(last, ids.Length == 1 ? null : i + 1, StateOf);
        }
    }

    /// <summary>By the id of an instance, or the name of a resource that has one instance.</summary>
    public ResourceView? Find(string id) => All().FirstOrDefault(view => ResourceNames.Comparer.Equals(view.Id, id));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stoppingToken))
            {
                _last[resourceEvent.ResourceId] = resourceEvent;
                changes.Signal(Topic.Resources);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private IEnumerable<CustomResourceSnapshot> StateOf(IResource resource)
        => resource.GetResolvedResourceNames().Select(id => _last.GetValueOrDefault(id)?.Snapshot).OfType<CustomResourceSnapshot>();
}
