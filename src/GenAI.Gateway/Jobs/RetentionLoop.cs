using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs;

/// <summary>Deletes ended jobs that are too old, too many or too large together, and the contents that nobody refers to any more.</summary>
internal sealed partial class RetentionLoop(
    IJobJournal journal, ContentStore contents, IOptions<JobOptions> options, TimeProvider clock, SteadyClock steady, ILogger<RetentionLoop> logger) : BackgroundService
{
    // A content is stored before the journal has the job that refers to it.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private const int AtOnce = 500;

    private readonly HashSet<string> _unused = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await GuardAsync(SweepAsync, stoppingToken);
        using var timer = new PeriodicTimer(options.Value.CleanInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await GuardAsync(PruneAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>What a gateway that was killed left in the store.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Not on the thread that starts the gateway: the store may be large.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        contents.DeleteUnfinished(Grace);
        foreach (var hashes in contents.StoredBefore(Grace).Chunk(AtOnce))
            _unused.UnionWith(await journal.FindUnusedAsync(hashes, cancellationToken));
        Delete();
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var retention = new JobRetention(options.Value.KeepFor, options.Value.KeepCount, options.Value.KeepBytes);
        // A wall clock that was set ahead, perhaps by mistake, makes no job old.
        var (wall, now) = (clock.GetUtcNow(), steady.Now);
        _unused.UnionWith(await journal.PruneAsync(retention, wall < now ? wall : now, cancellationToken));
        // Some may be wanted again since they were found unused.
        var unused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var hashes in _unused.Chunk(AtOnce)) unused.UnionWith(await journal.FindUnusedAsync(hashes, cancellationToken));
        _unused.IntersectWith(unused);
        Delete();
    }

    private void Delete()
    {
        var deleted = _unused.RemoveWhere(hash => contents.TryDelete(hash, Grace));
        if (deleted > 0) LogDeleted(deleted);
    }

    private async Task GuardAsync(Func<CancellationToken, Task> step, CancellationToken stoppingToken)
    {
        try
        {
            await step(stoppingToken);
        }
        catch (Exception exception) when (exception is JournalException or IOException or UnauthorizedAccessException)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Deleted {Count} contents that no job refers to any more")]
    private partial void LogDeleted(int count);

    [LoggerMessage(2, LogLevel.Error, "Could not delete what is not kept any longer; trying again")]
    private partial void LogFailed(Exception exception);
}
