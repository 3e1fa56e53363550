using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Starts and stops one resource: waits for its dependencies, checks its ports, and runs its instances.</summary>
internal sealed class ResourceController(
    IResource resource,
    ImmutableArray<EndpointPlan> endpoints,
    ImmutableArray<ResourceInstance> instances,
    ILauncher launcher,
    RunningServices services) : IAsyncDisposable
{
    // Within the five seconds that Ctrl+C may take in all.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource _startedByHand = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TcpRelay> _relays = [];
    private readonly Lock _startingLock = new();
    private CancellationTokenSource? _starting;
    private ImmutableArray<ResourceRun> _runs = [];

    public IResource Resource => resource;

    /// <summary>Starts the resource; a failure becomes its state, not an exception. A start by hand does not wait for dependencies.</summary>
    public async Task StartAsync(bool skipWaiting, CancellationToken cancellationToken)
    {
        // The start with the application, which may be waiting for dependencies, goes on without them.
        if (skipWaiting)
            _startedByHand.TrySetResult();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_runs.Any(run => !run.Ended.IsCompleted))
                return;
            await CleanUpAsync();
            using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            SetStarting(starting);
            await StartAsync(skipWaiting, starting);
        }
        finally
        {
            SetStarting(null);
            _turn.Release();
        }
    }

    /// <param name="withApplication">The whole application stops: what outlives it goes on.</param>
    public async Task StopAsync(bool withApplication = false)
    {
        lock (_startingLock)
            _starting?.Cancel();
        await _turn.WaitAsync();
        try
        {
            await Task.WhenAll(_runs.Where(run => !(withApplication && run.OutlivesApplication)).Select(run => run.StopAsync(StopGrace)));
            await CleanUpAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends every instance at once.</summary>
    public void Kill()
    {
        foreach (var run in _runs)
            run.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(withApplication: true);
        _turn.Dispose();
    }

    private async Task StartAsync(bool skipWaiting, CancellationTokenSource starting)
    {
        try
        {
            await PublishStartingAsync();
            await launcher.CheckAsync(again: skipWaiting, starting.Token);
            await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services.Provider), starting.Token);
            if (!skipWaiting)
                await WaitForDependenciesAsync(starting.Token);
            await PublishStartingAsync();

            PortCheck.Run(endpoints);
            _relays.AddRange(endpoints.Where(e => e.NeedsRelay).Select(e => TcpRelay.Start(e.PublicPort, e.InstancePorts)));
            _runs = await launcher.StartAsync(resource, instances, endpoints, starting.Token);
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.NotStarted });
        }
        catch (Exception failure)
        {
            // Whatever went wrong, in the model or in a callback of the AppHost's, belongs to this resource alone.
            await CleanUpAsync();
            await services.Failures.PublishAsync(resource, failure);
        }
    }

    private async Task WaitForDependenciesAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dependencies = services.Notifications.WaitForDependenciesAsync(resource, over.Token);
        var first = await Task.WhenAny(dependencies, _startedByHand.Task);
        await over.CancelAsync();
        await first;
    }

    private Task PublishStartingAsync() => PublishAsync(snapshot => snapshot with
    {
        State = KnownResourceStates.Starting,
        ExitCode = null,
        Reason = null,
        StopTimeStamp = null,
        ReadyHandlers = null,
        HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>()
            .Select(annotation => new HealthReportSnapshot(annotation.Key, null, null, null))],
    });

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
        => services.Notifications.PublishUpdateAsync(resource, change);

    private async Task CleanUpAsync()
    {
        foreach (var relay in _relays)
            await relay.DisposeAsync();
        foreach (var run in _runs)
            await run.DisposeAsync();
        _relays.Clear();
        _runs = [];
    }

    private void SetStarting(CancellationTokenSource? starting)
    {
        lock (_startingLock)
            _starting = starting;
    }
}
