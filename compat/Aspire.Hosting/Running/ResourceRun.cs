using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>One run of one instance of a resource, a process or a container, from start to end, as the instance's published state.</summary>
internal abstract class ResourceRun(ResourceInstance instance, RunningServices services) : IAsyncDisposable
{
    private readonly LastWords _lastWords = new();

    public abstract Task Ended { get; }

    /// <summary>Whether it goes on when the application stops.</summary>
    public virtual bool OutlivesApplication => false;

    protected ResourceInstance Instance => instance;

    protected RunningServices Services => services;

    /// <summary>That it ends is somebody's wish.</summary>
    protected bool IsStopping { get; set; }

    public async Task StopAsync(TimeSpan grace)
    {
        if (Ended.IsCompleted)
            return;
        IsStopping = true;
        await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.Stopping });
        await EndAsync(grace);
        await Ended;
    }

    /// <summary>Ends it at once.</summary>
    public abstract void Kill();

    public abstract ValueTask DisposeAsync();

    /// <summary>Asks it to end, and makes it when it has not after the grace period.</summary>
    protected abstract Task EndAsync(TimeSpan grace);

    protected void OnLine(string line, bool isError)
    {
        _lastWords.Hear(line, isError);
        services.Loggers.Append(instance.Resource, instance.Id, line, isError);
    }

    protected Task PublishRunningAsync(params ResourcePropertySnapshot[] properties) => PublishAsync(snapshot => snapshot with
    {
        State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
        StartTimeStamp = services.Time.GetUtcNow().UtcDateTime,
        Properties = [.. snapshot.Properties.Where(old => properties.All(property => property.Name != old.Name)), .. properties],
        Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = false })],
    });

    /// <param name="state">The terminal state of its kind of resource.</param>
    /// <param name="exitCode">Null when nobody knows.</param>
    /// <param name="reason">Why it ended, when it is not what it wrote last.</param>
    protected async Task PublishEndedAsync(string state, int? exitCode, string? reason = null)
    {
        var isWell = exitCode == 0 || IsStopping;
        await PublishAsync(snapshot => snapshot with
        {
            State = new ResourceStateSnapshot(state, isWell ? null : KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Reason = isWell ? null : reason ?? _lastWords.ReasonOf(exitCode ?? -1),
            Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = true })],
        });
        if (services.Notifications.TryGetCurrentState(instance.Id, out var last))
        {
            await services.Eventing.PublishAsync(new ResourceStoppedEvent(instance.Resource, services.Provider, last))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
        => services.Notifications.PublishUpdateAsync(instance.Resource, instance.Id, change);
}
