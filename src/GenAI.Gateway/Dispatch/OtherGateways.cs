using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;

namespace GenAI.Gateway.Dispatch;

/// <summary>Takes in what other gateways of the same queue do, so that every one of them knows the whole queue. From any thread.</summary>
internal sealed class OtherGateways(OpenJobs open, JobRecorder recorder, JobEvents events, DispatchInbox inbox, TimeProvider clock)
{
    public void Hear(JobNotice notice)
    {
        switch (notice)
        {
            case JobCancelRequested wish:
                inbox.Post(new CancelWanted(wish.Id) { IsPassedOn = true });
                break;
            case JobRelayed { Relay: var relay }:
                if (open.TryGet(relay.Id, out var running) && running.State != JobState.Queued) events.Publish(relay.ToEvent(running));
                break;
            case JobForgotten gone:
                if (open.TryGet(gone.Id, out var known)) Take(Forgotten(known));
                break;
            case JobNoticed { Job: var job }:
                Take(job);
                break;
        }
    }

    /// <summary>As it is shown when the journal has it no more: how it ended nobody knows.</summary>
    public Job Forgotten(Job job) => job with
    {
        State = JobState.Lost, EndedAt = clock.GetUtcNow(), Failure = "It ended under another gateway and was not kept.",
    };

    private void Take(Job job)
    {
        if (!open.TryGet(job.Id, out var known))
        {
            if (job.State.HasEnded() || !open.TryAdd(job)) return;
            events.Publish(new JobChanged(job));
        }
        else if (job.State.HasEnded() || job.Attempts.Length >= known.Attempts.Length)
        {
            recorder.Show(job);
        }
        else
        {
            // Older than what this gateway has done with it since.
            return;
        }

        inbox.Post(job.State == JobState.Queued ? new JobArrived(job) : new JobLeft(job));
    }
}
