using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    /// <summary>Waits for a state; Running when none is named.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default)
        => WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    /// <summary>Waits for any of the states and says which it was.</summary>
    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToArray();
        var resourceEvent = await FirstAsync(
            resourceName,
            e => e.Snapshot.State is { } state && wanted.Contains(state.Text, StringComparer.OrdinalIgnoreCase),
            $"reach one of the target states: [{string.Join(", ", wanted)}]",
            cancellationToken);
        return resourceEvent.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
        => FirstAsync(resourceName, predicate, "meet the predicate condition", cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
        => WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    /// <summary>Waits until the resource is healthy and the handlers of its ready event are done.</summary>
    /// <exception cref="DistributedApplicationException">It has ended, or does not exist, and the behaviour is to stop then.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        if (waitBehavior == WaitBehavior.StopOnResourceUnavailable)
            CheckExists(resourceName);

        var resourceEvent = await FirstAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy || GivesUpOn(e.Snapshot, waitBehavior),
            "become healthy",
            cancellationToken);
        if (resourceEvent.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.{Why(resourceEvent.Snapshot)}");
        }

        return await ReadyAsync(resourceEvent.Resource, resourceEvent.ResourceId, cancellationToken);
    }

    /// <summary>Waits for everything that the resource's wait annotations ask for.</summary>
    /// <exception cref="DistributedApplicationException">A dependency can no longer become what was waited for.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var waits = resource.Annotations.OfType<WaitAnnotation>().Where(wait => wait.Resource is not IResourceWithoutLifetime).ToArray();
        if (waits.Length == 0)
            return;

        await PublishUpdateAsync(resource, snapshot => CanWait(snapshot.State?.Text)
            ? snapshot with { State = KnownResourceStates.Waiting }
            : snapshot);
        await Task.WhenAll(waits.SelectMany(wait => wait.Resource.GetResolvedResourceNames(), (wait, id) => wait.WaitType switch
        {
            WaitType.WaitForCompletion => CompletedAsync(resource, wait, id, cancellationToken),
            _ => StartedAsync(resource, wait, id, cancellationToken),
        }));
    }

    private static bool CanWait(string? state)
        => state is null || state == KnownResourceStates.NotStarted || state == KnownResourceStates.Starting || state == KnownResourceStates.Waiting;

    private async Task StartedAsync(IResource waiter, WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var behavior = wait.WaitBehavior ?? DefaultWaitBehavior;
        var needsHealth = wait.WaitType == WaitType.WaitUntilHealthy;
        var resourceEvent = await FirstAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && (IsUp(e.Snapshot, needsHealth) || GivesUpOn(e.Snapshot, behavior)),
            "start",
            cancellationToken);
        if (!IsUp(resourceEvent.Snapshot, needsHealth))
            throw Stopped(waiter, wait.Resource, resourceEvent.Snapshot, "prematurely");
        if (needsHealth)
            await ReadyAsync(wait.Resource, id, cancellationToken);
    }

    private async Task CompletedAsync(IResource waiter, WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var resourceEvent = await FirstAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text),
            "reach a terminal state",
            cancellationToken);
        var snapshot = resourceEvent.Snapshot;
        if (snapshot.State?.Text == KnownResourceStates.FailedToStart)
            throw Stopped(waiter, wait.Resource, snapshot, "instead of completing");
        if (snapshot.ExitCode is { } exitCode && exitCode != wait.ExitCode)
            throw Stopped(waiter, wait.Resource, snapshot, $"with exit code '{exitCode}', expected '{wait.ExitCode}'");
    }

    private async Task<ResourceEvent> ReadyAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        var ready = await FirstAsync(
            resource.Name, e => e.ResourceId == id && e.Snapshot.ReadyHandlers is not null, "execute the resource ready event", cancellationToken);
        await ready.Snapshot.ReadyHandlers!.WaitAsync(cancellationToken);
        return ready;
    }

    private async Task<ResourceEvent> FirstAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, string what, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var resourceEvent in WatchAsync(cancellationToken))
            {
                if (ResourceNames.Comparer.Equals(resourceEvent.Resource.Name, resourceName) && predicate(resourceEvent))
                    return resourceEvent;
            }
        }
        catch (OperationCanceledException cancelled)
        {
            var now = TryGetCurrentState(resourceName, out var current) ? $" Its state is {Describe(current.Snapshot)}." : "";
            throw new OperationCanceledException(
                $"Resource '{resourceName}' failed to {what} before the operation was cancelled.{now}", cancelled, cancelled.CancellationToken);
        }

        throw new OperationCanceledException($"Resource '{resourceName}' failed to {what} before the application was disposed.");
    }

    private void CheckExists(string resourceName)
    {
        if (TryGetCurrentState(resourceName, out _) || _services.GetService<DistributedApplicationModel>() is not { } model)
            return;
        if (!model.Resources.TryGetByName(resourceName, out _))
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it does not exist in the application model.");
        }
    }

    private static bool IsUp(CustomResourceSnapshot snapshot, bool needsHealth)
        => snapshot.State?.Text == KnownResourceStates.Running && (!needsHealth || snapshot.HealthStatus == HealthStatus.Healthy);

    private static bool GivesUpOn(CustomResourceSnapshot snapshot, WaitBehavior behavior)
        => behavior == WaitBehavior.StopOnResourceUnavailable
            && snapshot.State?.Text is { } state
            && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private static DistributedApplicationException Stopped(IResource waiter, IResource dependency, CustomResourceSnapshot snapshot, string how)
        => new(snapshot.State?.Text == KnownResourceStates.FailedToStart
            ? $"Resource '{waiter.Name}' stopped waiting for dependency resource '{dependency.Name}' because it failed to start."
            : $"Resource '{waiter.Name}' stopped waiting for dependency resource '{dependency.Name}' because it entered the '{snapshot.State?.Text}' state {how}.");

    private static string Describe(CustomResourceSnapshot snapshot)
        => snapshot.HealthStatus is { } health ? $"'{snapshot.State?.Text}', {health}" : $"'{snapshot.State?.Text}'{Why(snapshot)}";

    private static string Why(CustomResourceSnapshot snapshot) => snapshot.Reason is { } reason ? $" ({reason})" : "";
}
