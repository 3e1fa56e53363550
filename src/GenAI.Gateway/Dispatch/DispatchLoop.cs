using System.Threading.Channels;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// The one place that decides which job goes where: it is told what happens, changes its state, asks the policy, and starts runs, which
/// go on beside it and tell it when they are over. It never waits for an instance or for the journal.
/// </summary>
internal sealed partial class DispatchLoop(
    IJobJournal journal,
    OpenJobs open,
    DispatchInbox inbox,
    DispatchBoard board,
    OtherGateways others,
    Fleet fleet,
    InstanceCapabilities capabilities,
    IOptions<DispatchSettings> settings,
    TimeProvider clock,
    ILogger<DispatchLoop> logger) : BackgroundService
{
    private const int ManyJobs = 10_000;

    private readonly CancellationTokenSource _watching = new();
    private readonly Lock _lock = new();
    private Task _watch = Task.CompletedTask;
    private Task? _stopped;
    private ITimer? _review;

    /// <summary>Opens the journal and takes over what is in it, before anybody is served.</summary>
    /// <exception cref="JournalException">The journal cannot be used; the message says what to do.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await journal.OpenAsync(cancellationToken);
        var queued = 0;
        await foreach (var job in journal.ReadOpenAsync(cancellationToken))
        {
            open.TryAdd(job);
            if (!open.TryGet(job.Id, out var kept)) continue;
            inbox.Post(job.State == JobState.Queued ? new JobArrived(kept) : new JobLeft(kept));
            if (job.State == JobState.Queued) queued++;
        }

        // What reading them left behind would stay with the process for as long as little else is asked of its memory.
        if (queued > ManyJobs) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        var claimed = await journal.RenewAsync(settings.Value.Lease, cancellationToken);
        foreach (var job in claimed) inbox.Post(new JobInherited(job));
        if (queued + claimed.Count > 0) LogTakenOver(queued, claimed.Count);

        fleet.Changed += OnFleetChanged;
        capabilities.Changed += OnCapabilitiesChanged;
        _review = clock.CreateTimer(static state => ((DispatchInbox)state!).PostLook(), inbox, settings.Value.ReviewInterval, settings.Value.ReviewInterval);
        _watch = Task.WhenAll(WatchAsync(_watching.Token), RenewAsync(_watching.Token));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A host may be stopped from two sides, the second time when it is disposed already; the stop is done once, and both wait for it.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _stopped ??= StopOnceAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _watching.Dispose();
        base.Dispose();
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        fleet.Changed -= OnFleetChanged;
        capabilities.Changed -= OnCapabilitiesChanged;
        if (_review is not null) await _review.DisposeAsync();
        await base.StopAsync(cancellationToken);
        await board.LeaveAllAsync(cancellationToken);
        await _watching.CancelAsync();
        await _watch;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await inbox.Reader.WaitToReadAsync(stoppingToken)) Turn(inbox.Reader);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private void Turn(ChannelReader<DispatchMessage> messages)
    {
        while (messages.TryRead(out var message))
        {
            if (message is LookAround) inbox.TakeLook();
            Guard(() => board.Apply(message), message.GetType().Name);
        }

        Guard(() => board.Decide(), "decision");
    }

    /// <summary>A defect in the handling of one message must not stop dispatch for all.</summary>
    private void Guard(Action step, string what)
    {
        try
        {
            step();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogDefect(exception, what);
        }
    }

    private void OnFleetChanged(object? sender, EventArgs e) => inbox.PostLook();

    private void OnCapabilitiesChanged(object? sender, EventArgs e)
    {
        board.NoteAbilitiesChanged();
        inbox.PostLook();
    }

    /// <summary>What other gateways do.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var notice in journal.WatchAsync(open.Ids, cancellationToken)) others.Hear(notice);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (JournalException exception)
            {
                LogJournalAway(exception.Message);
                await Task.Delay(settings.Value.ReviewInterval, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(settings.Value.Lease / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    var inherited = await journal.RenewAsync(settings.Value.Lease, cancellationToken);
                    foreach (var job in inherited) inbox.Post(new JobInherited(job));
                    if (inherited.Count > 0) LogInherited(inherited.Count);
                }
                catch (JournalException exception)
                {
                    LogJournalAway(exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The journal has {Queued} waiting jobs, and {Claimed} that an instance may have")]
    private partial void LogTakenOver(int queued, int claimed);

    [LoggerMessage(4, LogLevel.Warning, "Took over {Count} jobs that an instance may have from a gateway that is gone")]
    private partial void LogInherited(int count);

    [LoggerMessage(2, LogLevel.Error, "Dispatch failed in {What}")]
    private partial void LogDefect(Exception exception, string what);

    [LoggerMessage(3, LogLevel.Warning, "The journal is away: {Reason}")]
    private partial void LogJournalAway(string reason);
}
