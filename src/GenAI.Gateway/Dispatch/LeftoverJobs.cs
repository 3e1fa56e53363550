using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Dispatch;

/// <summary>Rids an instance of jobs that it kept when they were taken from it, so that it does not work for nobody.</summary>
internal sealed class LeftoverJobs(RunExecution execution, DispatchInbox inbox)
{
    /// <summary>Tells the inbox when it is over, and how it went.</summary>
    public async Task TakeAsync(string model, Instance instance, string[] jobs, CancellationToken leaving)
    {
        var succeeded = true;
        try
        {
            foreach (var job in jobs) await execution.RunnerOf(instance.Dialect).TakeBackAsync(instance, job, leaving);
        }
        catch (Exception exception) when (exception is InstanceFailedException or OperationCanceledException)
        {
            // Where nothing listens any more, nothing is left either.
            succeeded = exception is InstanceFailedException { IsGone: true };
        }

        inbox.Post(new LeftoversTaken(model, instance.Id, succeeded));
    }
}
