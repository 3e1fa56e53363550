using GenAI.Gateway.Access.Keys;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Access.Tickets;
using GenAI.Gateway.Access.Usage;
using GenAI.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access;

/// <summary>
/// Between memory and the store: keys and today's usage at start, before anything listens; then what was used goes there, and what other
/// gateways changed comes from there. Where no keys are asked for, it says so and does nothing.
/// </summary>
internal sealed partial class AccessSyncLoop(
    AccessStore store, KeyRing ring, FirstKey firstKey, UsageLedger ledger, TicketBook tickets, GenAISettings settings,
    IOptions<AccessOptions> options, TimeProvider clock, ILogger<AccessSyncLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LastWriteLimit = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private Task? _stopped;
    private bool _failing;

    /// <exception cref="AccessStoreException">The store cannot be used: a gateway that knows no keys could only refuse everybody.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!settings.ApiAuthEnabled)
        {
            LogAnonymous();
            return;
        }

        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        await store.OpenAsync(today, cancellationToken);
        await firstKey.EnsureAsync(await store.ReadKeysAsync(cancellationToken), cancellationToken);
        ledger.Load(await store.ReadUsageAsync(today, null, cancellationToken), now);
        ring.Load(await store.ReadKeysAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A host may be stopped from two sides at once; the last writing is done once, and both wait for it.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _stopped ??= StopOnceAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SyncInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                tickets.Forget();
                ring.EndThoseThatRanOut();
                await WriteUsageAsync(stoppingToken);
                if (store.IsShared) await ReadKeysAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!settings.ApiAuthEnabled) return;
        using var limit = new CancellationTokenSource(LastWriteLimit, clock);
        await WriteUsageAsync(limit.Token);
    }

    private Task WriteUsageAsync(CancellationToken cancellationToken) => GuardAsync(() => ledger.WriteAsync(store, cancellationToken));

    private Task ReadKeysAsync(CancellationToken cancellationToken) =>
        GuardAsync(async () => ring.Load(await store.ReadKeysAsync(cancellationToken)));

    /// <summary>The gateway goes on with what it has in memory: keys that it knows are good, and usage is written when that works again.</summary>
    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
            if (_failing) LogWorksAgain();
            _failing = false;
        }
        catch (AccessStoreException exception)
        {
            if (!_failing) LogFailing(exception.Message);
            _failing = true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "API_AUTH_ENABLED is false: everybody who reaches the gateway may use it and see everything. This is for development only.")]
    private partial void LogAnonymous();

    [LoggerMessage(2, LogLevel.Error, "{Reason} The gateway goes on with the keys that it knows; usage is written later.")]
    private partial void LogFailing(string reason);

    [LoggerMessage(3, LogLevel.Information, "The store of API keys works again")]
    private partial void LogWorksAgain();
}
