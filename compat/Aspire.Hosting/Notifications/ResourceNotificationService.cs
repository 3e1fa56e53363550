using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of every resource: published by whoever runs it, watched and waited for by everyone else.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, PublishedState> _states = new(ResourceNames.Comparer);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly ILogger _logger;
    private readonly IServiceProvider _services;

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        ArgumentNullException.ThrowIfNull(hostApplicationLifetime);
        ArgumentNullException.ThrowIfNull(resourceLoggerService);
        _logger = logger ?? throw new ArgumentNullException(nameof(logger));
        _services = serviceProvider ?? throw new ArgumentNullException(nameof(serviceProvider));
        DefaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.StopOnResourceUnavailable;
    }

    internal WaitBehavior DefaultWaitBehavior { get; }

    /// <summary>Publishes the same change for every instance of the resource.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var id in resource.GetResolvedResourceNames())
            Publish(resource, id, stateFactory);
        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(
        IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(resourceId);
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>The state of an instance by its id, or of a resource with one instance by its name.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (!_states.TryGetValue(resourceId, out var state))
        {
            var named = _states.Values.Where(s => ResourceNames.Comparer.Equals(s.Resource.Name, resourceId)).Take(2).ToArray();
            state = named.Length == 1 ? named[0] : null;
        }

        resourceEvent = state?.Last;
        return resourceEvent is not null;
    }

    /// <summary>The last state of every instance, then every change as it comes.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        ResourceEvent[] seen;
        lock (_watchers)
        {
            _watchers.Add(channel);
            seen = [.. _states.Values.Select(state => state.Last).OfType<ResourceEvent>()];
        }

        try
        {
            foreach (var resourceEvent in seen)
                yield return resourceEvent;
            await foreach (var resourceEvent in channel.Reader.ReadAllAsync(either.Token))
                yield return resourceEvent;
        }
        finally
        {
            lock (_watchers)
                _watchers.Remove(channel);
        }
    }

    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    private void Publish(IResource resource, string id, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        var state = _states.GetOrAdd(id, static (_, owner) => new PublishedState(owner), resource);
        if (!ReferenceEquals(state.Resource, resource))
            throw new InvalidOperationException($"The id '{id}' belongs to another resource instance.");

        // One lock for states and watchers: a new watcher sees each change once, either in its first snapshots or after them.
        lock (_watchers)
        {
            var previous = state.Last?.Snapshot ?? InitialSnapshotOf(resource);
            var next = change(previous) with { Version = previous.Version + 1 };
            var resourceEvent = state.Last = new ResourceEvent(resource, id, next);
            if (next.State?.Text != previous.State?.Text)
                LogStateChanged(id, previous.State?.Text, next.State?.Text);
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(resourceEvent);
        }
    }

    private static CustomResourceSnapshot InitialSnapshotOf(IResource resource)
        => resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal), Properties = [] };

    [LoggerMessage(LogLevel.Debug, "Resource {ResourceId} changed state: {PreviousState} -> {NewState}")]
    private partial void LogStateChanged(string resourceId, string? previousState, string? newState);

    private sealed class PublishedState(IResource resource)
    {
        public IResource Resource { get; } = resource;

        public ResourceEvent? Last { get; set; }
    }
}
