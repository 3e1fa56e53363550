using System.Collections.Concurrent;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Webhooks;

/// <summary>Waits for the ends of the jobs in the outbox, and tells them until somebody has heard.</summary>
internal sealed partial class WebhookLoop(
    WebhookOutbox outbox, WebhookSender sender, JobDesk desk, IOptions<WebhookOptions> options, TimeProvider clock, SteadyClock steady,
    ILogger<WebhookLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AcceptLimit = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(options.Value.Concurrency);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _placesOfOwners = new(StringComparer.Ordinal);

    public override void Dispose()
    {
        _places.Dispose();
        foreach (var places in _placesOfOwners.Values) places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not on the thread that starts the gateway: there may be many.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await Task.WhenAll(HearAsync(stoppingToken), LookAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is in the outbox is told after the next start.
        }

        await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task HearAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in outbox.Accepted.ReadAllAsync(stoppingToken)) Begin(id, stoppingToken);
    }

    /// <summary>For what is left by a gateway that is gone: this one's past, or another that shares the folder.</summary>
    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        do
        {
            foreach (var id in outbox.Held()) Begin(id, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Begin(string id, CancellationToken stoppingToken)
    {
        if (!_underWay.ContainsKey(id)) _underWay[id] = TellAsync(id, stoppingToken);
    }

    private async Task TellAsync(string id, CancellationToken stoppingToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var job = await desk.WaitForEndAsync(id, stoppingToken);
            using (var taken = outbox.TryTake(id))
            {
                // Another gateway tells it; should that die, it is found in the outbox again.
                if (taken is null) return;
                await TellUntilHeardAsync(job, stoppingToken);
            }

            await outbox.DropAsync([id]);
        }
        catch (KeyNotFoundException)
        {
            // It was held for a job that was never accepted, or that is not kept any longer; or for one that is being accepted just now.
            if (outbox.HeldSince(id) < clock.GetUtcNow() - AcceptLimit) await outbox.DropAsync([id]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It stays in the outbox.
        }
        catch (Exception exception) when (exception is Jobs.Journal.JournalException or IOException or UnauthorizedAccessException)
        {
            LogFailed(exception, id);
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }

    private async Task TellUntilHeardAsync(Job job, CancellationToken stoppingToken)
    {
        if (job.Webhook is null) return;
        var pause = options.Value.FirstPause;
        var endedAt = job.EndedAt is { } end ? steady.OfPast(end) : steady.Now;
        while (true)
        {
            if (await TryAsync(job, stoppingToken) is not { } reason) return;
            if (steady.Now + pause - endedAt > options.Value.GiveUpAfter)
            {
                LogGivenUp(job.Webhook.Host, job.Id, reason);
                return;
            }

            LogNotHeard(job.Webhook.Host, job.Id, pause, reason);
            await Task.Delay(pause, clock, stoppingToken);
            pause = pause * 2 < options.Value.LongestPause ? pause * 2 : options.Value.LongestPause;
        }
    }

    private async Task<string?> TryAsync(Job job, CancellationToken stoppingToken)
    {
        var placesOfOwner = _placesOfOwners.GetOrAdd(job.Owner, _ => new SemaphoreSlim(Math.Max(1, options.Value.Concurrency / 2)));
        await placesOfOwner.WaitAsync(stoppingToken);
        try
        {
            await _places.WaitAsync(stoppingToken);
            try
            {
                return await sender.TryAsync(job, stoppingToken);
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            placesOfOwner.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Host} could not be told of the end of job {Job}; trying again in {Pause}: {Reason}")]
    private partial void LogNotHeard(string host, string job, TimeSpan pause, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Host} was never told of the end of job {Job}: {Reason}")]
    private partial void LogGivenUp(string host, string job, string reason);

    [LoggerMessage(3, LogLevel.Error, "The end of job {Job} could not be told; it is tried again after the next start")]
    private partial void LogFailed(Exception exception, string job);
}
