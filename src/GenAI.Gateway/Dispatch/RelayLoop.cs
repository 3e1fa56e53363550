using System.Collections.Concurrent;
using System.Threading.Channels;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// Passes on to other gateways what their clients hear of the jobs that run here. At best: what is too much or too long is left out, and
/// how a job ends everybody reads in the journal.
/// </summary>
internal sealed class RelayLoop(IJobJournal journal, JobEvents events, TimeProvider clock) : BackgroundService
{
    private const int MostWaiting = 2000;
    private const int MostAtOnce = 100;

    /// <summary>How often a job's progress is told; between, the latest is as good as all.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly Channel<JobEvent> _happened = Channel.CreateBounded<JobEvent>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ConcurrentDictionary<(string Job, Type Kind), long> _told = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = events.Listen(Hear);
        try
        {
            while (await _happened.Reader.WaitToReadAsync(stoppingToken)) await RelayAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private void Hear(JobEvent happened)
    {
        if (happened.IsRelayed || !journal.HasListeners) return;
        switch (happened)
        {
            case JobChanged { Job: var job } when job.State.HasEnded() || job.State == JobState.Queued:
                _told.TryRemove((job.Id, typeof(JobMessage)), out _);
                _told.TryRemove((job.Id, typeof(JobProgressed)), out _);
                break;
            case JobMessage { Job: { ClientId: not null } job, Type: var type } when !job.State.HasEnded():
                if (type is not ("progress" or "progress_state") || IsDue(happened)) _happened.Writer.TryWrite(happened);
                break;
            case JobProgressed when IsDue(happened):
                _happened.Writer.TryWrite(happened);
                break;
        }
    }

    private bool IsDue(JobEvent happened)
    {
        var (key, now) = ((happened.Job.Id, happened.GetType()), clock.GetTimestamp());
        if (_told.TryGetValue(key, out var last) && clock.GetElapsedTime(last, now) < ProgressInterval) return false;
        _told[key] = now;
        return true;
    }

    private async Task RelayAsync(CancellationToken stoppingToken)
    {
        var relays = new List<JobRelay>();
        while (relays.Count < MostAtOnce && _happened.Reader.TryRead(out var happened))
        {
            if (JobRelay.Of(happened) is { } relay) relays.Add(relay);
        }

        try
        {
            await journal.RelayAsync(relays, stoppingToken);
        }
        catch (JournalException)
        {
            // Nobody hears anything then; that the journal is away is told by those who need it.
        }
    }
}
