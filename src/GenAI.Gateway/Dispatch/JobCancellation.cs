using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>Ends jobs that this gateway does not run: those that wait, those that another gateway has, and those whose instance is gone.</summary>
internal sealed class JobCancellation(
    IJobJournal journal, OpenJobs open, JobRecorder recorder, DispatchInbox inbox, IOptions<DispatchSettings> settings, TimeProvider clock)
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
        catch (JobTakenException)
        {
            // Another gateway was quicker: to begin it, or to cancel it.
            if (wish.IsPassedOn) wish.Reply(false);
            else await RequestAsync(job, wish, leaving);
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
            var last = open.TryWaitFor(job.Id, out var ended)
                ? await ended.WaitAsync(settings.Value.CallLimit, clock, leaving)
                : await journal.FindAsync(job.Id, leaving);
            wish.Reply(last?.State == JobState.Cancelled);
        }
        catch (Exception exception) when (exception is OperationCanceledException or JournalException or TimeoutException)
        {
            wish.Reply(false);
        }
    }

    /// <summary>Of a job that was taken from the queue since no instance can run it.</summary>
    /// <param name="missing">What every instance lacks.</param>
    public async Task FailAsync(Job job, string missing, CancellationToken leaving)
    {
        var reason = $"No instance has had '{missing}' for {settings.Value.UnableLimit.TotalSeconds:0.#} s; one that had it was there when the job was accepted.";
        try
        {
            await recorder.EndAsync(job with { State = JobState.Failed, EndedAt = clock.GetUtcNow(), Failure = reason }, default, leaving);
        }
        catch (JobTakenException)
        {
            // Another gateway was quicker: to begin it, or to end it.
        }
    }

    /// <summary>Of an inherited job whose instance is not known any more: it waits again, or has failed.</summary>
    public async Task GiveUpAsync(Job job, CancellationToken leaving)
    {
        var reason = $"Its instance is unknown since its gateway was started again or replaced, {settings.Value.AdoptionLimit.TotalSeconds:0} s ago.";
        var next = GiveBackPolicy.Next(job, reason, isDeath: true, mayGoOn: true, settings.Value.MostDeaths, clock.GetUtcNow());
        try
        {
            if (next.State.HasEnded()) await recorder.EndAsync(next, default, leaving);
            else await recorder.UpdateAsync(next, leaving);
            inbox.Post(new JobArrived(next));
        }
        catch (JobTakenException)
        {
            // Another gateway has it.
        }
    }
}
