using System.Collections.Frozen;
using System.Diagnostics;
using GenAI.Contracts;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>Takes one run from the journal's claim to its end, whatever happens at the instance.</summary>
internal sealed partial class RunExecution(
    IJobJournal journal,
    JobIntake intake,
    JobRecorder recorder,
    JobEvents events,
    OtherGateways others,
    IEnumerable<IInstanceRunner> runners,
    InstanceHealth health,
    IOptions<DispatchSettings> settings,
    TimeProvider clock,
    ILogger<RunExecution> logger)
{
    private readonly FrozenDictionary<ModelDialect, IInstanceRunner> _runners = runners.ToFrozenDictionary(runner => runner.Dialect);

    public IInstanceRunner RunnerOf(ModelDialect dialect) => _runners[dialect];

    /// <summary>Never throws: what went wrong is in the outcome, and in the job's record.</summary>
    /// <param name="slots">How many jobs the instance may have, of all gateways.</param>
    /// <param name="stopping">The gateway stops and waits no longer for its journal.</param>
    public async Task<RunOutcome> ExecuteAsync(JobRun run, int slots, CancellationToken stopping)
    {
        using var activity = GatewayMetrics.Activities.StartActivity("job.run", ActivityKind.Internal, run.Job.TraceParent);
        activity?.SetTag("genai.job", run.Job.Id).SetTag("genai.model", run.Job.Model).SetTag("genai.instance", run.Instance.Id).SetTag("genai.why", run.Why);
        try
        {
            // Read while the claim is written, since the instance is idle all the while.
            var payload = journal.ReadPayloadAsync(run.Job.Id, run.Stopped);
            if (await ClaimAsync(run, slots)) return await RunAsync(run, payload, stopping);
            await ((Task)payload).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new RunOutcome(RunOutcomeKind.NotClaimed, run.Job);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new RunOutcome(RunOutcomeKind.Detached, run.Job);
        }
        catch (JobTakenException)
        {
            // Nothing is done at the instance: there the job may be the other's.
            LogTaken(run.Job.Id, run.Instance.Id);
            return new RunOutcome(RunOutcomeKind.Taken, run.Job);
        }
        catch (JournalException exception)
        {
            // Only before the claim, and at a journal that is closed: nothing was begun that is not in it.
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            LogNotClaimed(exception, run.Job.Id, run.Instance.Id);
            return new RunOutcome(RunOutcomeKind.NotClaimed, run.Job);
        }
    }

    private async Task<bool> ClaimAsync(JobRun run, int slots)
    {
        if (!run.IsAdopted)
        {
            if (await journal.TryClaimAsync(run.Job.Id, run.Instance.Id, slots, clock.GetUtcNow(), CancellationToken.None) is not { } claimed)
            {
                run.Job = await journal.FindAsync(run.Job.Id, CancellationToken.None) ?? others.Forgotten(run.Job);
                if (run.Job.State.HasEnded()) recorder.Show(run.Job);
                return false;
            }

            run.Job = claimed;
            recorder.Show(claimed);
        }

        return true;
    }

    private async Task<RunOutcome> RunAsync(JobRun run, Task<ReadOnlyMemory<byte>?> payload, CancellationToken stopping)
    {
        var runner = _runners[run.Instance.Dialect];
        try
        {
            run.Payload = await payload
                ?? throw new InvalidOperationException("The journal has the job without its payload.");
            var ending = await runner.RunAsync(run, run.Stopped);
            health.Report(run.Instance, answered: true);
            return await EndAsync(run, ending, stopping);
        }
        catch (OperationCanceledException) when (run.StopReason != RunStop.None)
        {
            return await StopAsync(run, runner, stopping);
        }
        catch (InstanceFailedException failure)
        {
            // One that does not know a job it may never have been given has failed in nothing.
            var failed = failure.HadJob || !run.IsAdopted;
            if (failed) health.Report(run.Instance, answered: false);
            if (run.StopReason == RunStop.Cancelled)
            {
                LogInstanceFailed(run.Job.Id, run.Instance.Id, failure.Message);
                return await StopAsync(run, runner, stopping);
            }

            await ConfirmAsync(run, stopping);
            var leftBehind = failure is { HadJob: true, IsGone: false } && !await TryTakeBackAsync(run, runner);
            // One that goes while the gateway is told to stop is being stopped too, as Ctrl+C does to all at once: not the job's doing.
            var isDeath = failure.HadJob && !intake.IsClosed;
            return await GiveBackAsync(run, failure.Message, isDeath, failure.MayGoOn && leftBehind, leftBehind, failed, stopping);
        }
        catch (JournalException exception) when (!stopping.IsCancellationRequested)
        {
            var leftBehind = !await TryTakeBackAsync(run, runner);
            return await GiveBackAsync(run, exception.Message, isDeath: false, mayGoOn: false, leftBehind, instanceFailed: false, stopping);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or JournalException or JobTakenException))
        {
            // A defect of ours. It counts as a death, so that the job comes to an end.
            LogDefect(exception, run.Job.Id, run.Instance.Id);
            var leftBehind = !await TryTakeBackAsync(run, runner);
            return await GiveBackAsync(run, "The gateway failed in it; its log says why.", isDeath: true, mayGoOn: false, leftBehind, instanceFailed: false, stopping);
        }
    }

    private async Task<RunOutcome> EndAsync(JobRun run, RunEnding ending, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var attempt = run.Job.Attempts[^1];
        var job = run.Job with
        {
            State = ending.State,
            EndedAt = now,
            Failure = ending.Failure,
            Attempts = run.Job.Attempts.SetItem(run.Job.Attempts.Length - 1, attempt with { StartedAt = attempt.StartedAt ?? attempt.DispatchedAt, EndedAt = now }),
        };
        await recorder.EndAsync(job, ending.Result, stopping);
        run.Job = job;
        foreach (var (type, data) in ending.Closing) events.Publish(new JobMessage(job, type, data));
        return new RunOutcome(RunOutcomeKind.Ended, job);
    }

    private async Task<RunOutcome> StopAsync(JobRun run, IInstanceRunner runner, CancellationToken stopping)
    {
        if (run.StopReason == RunStop.Taken) throw new JobTakenException(run.Job.Id);
        if (run.StopReason == RunStop.Shutdown)
        {
            // Its record stays as it is: the next gateway finds it there.
            if (runner.OutlivesGateway) return new RunOutcome(RunOutcomeKind.Detached, run.Job);
            return await GiveBackAsync(run, "The gateway stopped.", isDeath: false, mayGoOn: false, leftBehind: false, instanceFailed: false, stopping);
        }

        if (run.StopReason != RunStop.Cancelled) await ConfirmAsync(run, stopping);
        var leftBehind = !await TryTakeBackAsync(run, runner);
        if (run.StopReason == RunStop.Cancelled)
        {
            var ended = await EndAsync(run, new RunEnding(JobState.Cancelled, default) { Closing = [.. runner.StoppedMessages(run)] }, stopping);
            return ended with { LeftBehind = leftBehind };
        }

        var hung = run.StopReason == RunStop.Hung;
        var reason = hung
            ? $"Nothing was heard of it for {settings.Value.HangLimit.TotalSeconds:0.#} s."
            : $"The instance was drained, and it was not done after {settings.Value.InstanceDrainLimit.TotalSeconds:0.#} s.";
        return await GiveBackAsync(run, reason, isDeath: hung, mayGoOn: leftBehind, leftBehind, instanceFailed: hung, stopping);
    }

    private async Task<RunOutcome> GiveBackAsync(
        JobRun run, string reason, bool isDeath, bool mayGoOn, bool leftBehind, bool instanceFailed, CancellationToken stopping)
    {
        var job = GiveBackPolicy.Next(run.Job, reason, isDeath, mayGoOn, settings.Value.MostDeaths, clock.GetUtcNow());
        if (job.State.HasEnded()) await recorder.EndAsync(job, default, stopping);
        else await recorder.UpdateAsync(job, stopping);
        run.Job = job;
        LogGivenBack(job.Id, run.Instance.Id, job.State, reason);
        return new RunOutcome(job.State.HasEnded() ? RunOutcomeKind.Ended : RunOutcomeKind.GivenBack, job, instanceFailed, leftBehind);
    }

    /// <summary>What another gateway has taken over must not be taken from the instance.</summary>
    /// <exception cref="JobTakenException">It has.</exception>
    private Task ConfirmAsync(JobRun run, CancellationToken stopping) => recorder.UpdateAsync(run.Job, stopping);

    private async Task<bool> TryTakeBackAsync(JobRun run, IInstanceRunner runner)
    {
        try
        {
            await runner.TakeBackAsync(run.Instance, run.Job.Id, CancellationToken.None);
            return true;
        }
        catch (InstanceFailedException exception)
        {
            LogLeftBehind(run.Job.Id, run.Instance.Id, exception.Message);
            return exception.IsGone;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Job {Job} was not begun on instance {Instance}: the journal failed")]
    private partial void LogNotClaimed(Exception exception, string job, string instance);

    [LoggerMessage(2, LogLevel.Warning, "Instance {Instance} failed with job {Job}: {Reason}")]
    private partial void LogInstanceFailed(string job, string instance, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Job {Job} came back from instance {Instance} and is {State} now: {Reason}")]
    private partial void LogGivenBack(string job, string instance, JobState state, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Could not take job {Job} from instance {Instance}: {Reason}")]
    private partial void LogLeftBehind(string job, string instance, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Job {Job} on instance {Instance} was taken over by another gateway, which goes on with it")]
    private partial void LogTaken(string job, string instance);

    [LoggerMessage(5, LogLevel.Error, "The gateway failed in job {Job} on instance {Instance}")]
    private partial void LogDefect(Exception exception, string job, string instance);
}
