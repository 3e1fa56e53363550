using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>Cancels jobs that this gateway does not run: those that wait, and those that another gateway has.</summary>
internal sealed class JobCancellation(IJobJournal journal, OpenJobs open, JobRecorder recorder, IOptions<DispatchSettings> settings, TimeProvider clock)
{
    /// <summary>Of a job that was taken from the queue.</summary>
    public async Task EndAsync(Job job, CancelWanted wish, CancellationToken leaving)
    {
        var cancelled = job with { State = JobState.Cancelled, EndedAt = clock.GetUtcNow() };
        try
        {
            await recorder.EndAsync(cancelled, default, leaving);
            wish.Reply(true);
        }
        catch (Exception exception) when (exception is OperationCanceledException or JournalException)
        {
            // The gateway stopped before it could be journalled: the job is as it was.
            wish.Reply(false);
        }
    }

    /// <summary>Of a job that is another gateway's, or on its way into the queue or out of it.</summary>
    public async Task RequestAsync(Job job, CancelWanted wish, CancellationToken leaving)
    {
        try
        {
            await journal.RequestCancelAsync(job.Id, leaving);
            if (open.TryWaitFor(job.Id, out var ended)) wish.Reply((await ended.WaitAsync(settings.Value.CallLimit, clock, leaving)).State == JobState.Cancelled);
            else wish.Reply(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or JournalException or TimeoutException)
        {
            wish.Reply(false);
        }
    }
}
