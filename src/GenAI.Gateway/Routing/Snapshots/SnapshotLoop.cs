using System.Collections.Immutable;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Snapshots;

/// <summary>
/// Keeps <see cref="Fleet"/> up to date: follows the control plane's snapshots, and connects again for as long as the gateway runs.
/// While the control plane is away, the last snapshot stays.
/// </summary>
internal sealed partial class SnapshotLoop(
    OrchestratorClient orchestrator,
    Fleet fleet,
    ControlPlaneLink link,
    IOptions<OrchestratorOptions> options,
    TimeProvider clock,
    ILogger<SnapshotLoop> logger) : BackgroundService
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private long? _lastVersion;
    private int _failures;
    private ImmutableHashSet<string> _unjudged = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
                continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            // The guard of the loop: whatever one attempt died of, the next one is made.
            catch (Exception exception)
            {
                OnLost(exception.Message);
            }

            await Task.Delay(ReconnectBackoff.After(_failures), clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One watch, from its beginning to its end or its silence. Throws when the control plane is away.</summary>
    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using var silence = new CancellationTokenSource(options.Value.WatchIdleTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, silence.Token);
        try
        {
            // After a loss the snapshot is wanted even if it is the same: its arrival says that the control plane is back.
            await foreach (var snapshot in orchestrator.WatchInstancesAsync(link.IsUp ? _lastVersion : null, either.Token))
            {
                Accept(snapshot, isFirst: !link.IsUp);
                silence.CancelAfter(options.Value.WatchIdleTimeout);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            await AskAsync(stoppingToken);
            return;
        }

        throw new HttpRequestException("it ended the watch");
    }

    /// <summary>
    /// After a silence: is the control plane still there, and has it said something that did not arrive? It may have been restarted
    /// without our hearing of it, so its answer counts as the first of a new connection.
    /// </summary>
    private async Task AskAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(AnswerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        Accept(await orchestrator.GetInstancesAsync(either.Token), isFirst: true);
    }

    private void Accept(InstanceSnapshot received, bool isFirst)
    {
        // What service discovery gave was never judged, so the first snapshot of all is taken at its word.
        var reconciled = SnapshotReconciler.Reconcile(fleet.Current.Snapshot, received, isFirst && _lastVersion is not null, _unjudged);
        foreach (var problem in reconciled.Problems) LogLeftOut(received.Version, problem);
        fleet.Accept(reconciled.Snapshot);
        _unjudged = reconciled.Unjudged;
        _lastVersion = received.Version;
        OnHeard(received);
    }

    private void OnHeard(InstanceSnapshot snapshot)
    {
        if (!link.IsUp) LogConnected(snapshot.Version, snapshot.Instances.Length);
        link.IsUp = true;
        _failures = 0;
    }

    private void OnLost(string reason)
    {
        _failures++;
        if (link.IsUp) LogLost(reason, fleet.Current.Snapshot.Version);
        else if (_failures == 1 && _lastVersion is null) LogAway(reason, fleet.Current.Snapshot.Instances.Length);
        link.IsUp = false;
    }

    [LoggerMessage(1, LogLevel.Information, "Following the orchestrator from snapshot {Version} with {Count} instances")]
    private partial void LogConnected(long version, int count);

    [LoggerMessage(2, LogLevel.Warning, "The orchestrator is away ({Reason}); going on with its snapshot {Version}")]
    private partial void LogLost(string reason, long version);

    [LoggerMessage(3, LogLevel.Warning, "The orchestrator is away ({Reason}); going on with {Count} instances from service discovery")]
    private partial void LogAway(string reason, int count);

    [LoggerMessage(4, LogLevel.Warning, "Left out of snapshot {Version}: {Problem}")]
    private partial void LogLeftOut(long version, string problem);
}
