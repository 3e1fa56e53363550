using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Scheduling.Dispatch;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// The state of dispatch: every model's queue, what runs where, and what is owed to whom. Changed by the loop alone, one message at a time.
/// </summary>
internal sealed partial class DispatchBoard(
    OpenJobs open,
    JobRecorder recorder,
    JobEvents events,
    DispatchInbox inbox,
    DispatchTasks tasks,
    JobCancellation cancellation,
    RunExecution execution,
    LeftoverJobs leftovers,
    Fleet fleet,
    InstanceCapabilities capabilities,
    InstanceHealth health,
    InstanceJobs counts,
    ModelPaces paces,
    CircuitBreakers circuits,
    JobMetrics metrics,
    IOptions<DispatchSettings> settings,
    TimeProvider clock,
    SteadyClock steady,
    ILogger<DispatchBoard> logger)
{
    private readonly Dictionary<string, ModelDispatch> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Job Job, DateTimeOffset Since)> _inherited = new(StringComparer.Ordinal);
    private readonly JobsElsewhere _elsewhere = new();
    private readonly FleetChanges _changes = new(fleet);
    private readonly List<DrainWanted> _drains = [];
    private ITimer? _reviewTimer;
    private DateTimeOffset _reviewAt = DateTimeOffset.MaxValue;
    private readonly Standstill _standstill = new(settings.Value.ReviewInterval, clock);
    private bool _draining;

    /// <summary>From any thread: what instances can do has changed.</summary>
    public void NoteAbilitiesChanged() => _changes.NoteAbilities();

    public void Apply(DispatchMessage message)
    {
        var now = steady.Now;
        switch (message)
        {
            case JobArrived arrived:
                _elsewhere.Forget(arrived.Job.Id);
                if (!_runs.ContainsKey(arrived.Job.Id) && open.TryGet(arrived.Job.Id, out var job) && job.State == JobState.Queued)
                    ModelOf(job.Model).Enqueue(job, now);
                break;
            case JobLeft left:
                Leave(left.Job, now);
                break;
            case JobInherited inherited:
                open.TryAdd(inherited.Job);
                _elsewhere.Forget(inherited.Job.Id);
                ModelOf(inherited.Job.Model).Remove(inherited.Job.Id, now);
                if (!_runs.ContainsKey(inherited.Job.Id)) _inherited[inherited.Job.Id] = (inherited.Job, now);
                break;
            case InstanceLeft { Run: var done }:
                ModelOf(done.Job.Model).SlotOf(done.Instance.Id).Leave(done, now);
                break;
            case RunOver over:
                End(over, now);
                break;
            case CancelWanted wish:
                Cancel(wish, now);
                break;
            case LeftoversTaken taken:
                Cleaned(taken, now);
                break;
            case LookAround:
                Look(now);
                break;
            case DrainWanted drain:
                _draining = true;
                _drains.Add(drain);
                break;
        }
    }

    /// <summary>Starts what can be started now.</summary>
    public void Decide()
    {
        var now = steady.Now;
        if (_changes.Take())
        {
            foreach (var model in _models.Values) model.ReviewPlaces(now);
        }

        if (_draining)
        {
            if (_runs.Count == 0) _drains.ForEach(drain => drain.Finish());
            return;
        }

        AdoptInherited(now);
        DateTimeOffset? reviewAt = null;
        foreach (var model in _models.Values)
        {
            var decision = model.Decide(now);
            foreach (var assignment in decision.Assignments) Start(model, assignment, now);
            foreach (var held in decision.Held) LogHeld(held);
            if (decision.ReviewAt is { } at && !(at >= reviewAt)) reviewAt = at;
        }

        ReviewAt(reviewAt, now);
    }

    /// <summary>Leaves every job where it is, for the next gateway; called when the loop has stopped.</summary>
    public async Task LeaveAllAsync(CancellationToken cancellationToken)
    {
        foreach (var run in _runs.Values) run.Stop(RunStop.Shutdown);
        await tasks.EndAsync(cancellationToken);
        if (_reviewTimer is not null) await _reviewTimer.DisposeAsync();
    }

    private ModelDispatch ModelOf(string name)
    {
        if (!_models.TryGetValue(name, out var model))
            _models[name] = model = new ModelDispatch(name, settings.Value, fleet, open, capabilities, health, paces, circuits.Of(name));
        return model;
    }

    private void Start(ModelDispatch model, Assignment assignment, DateTimeOffset now)
    {
        if (!open.TryGet(assignment.Job.Id, out var job) || !fleet.Current.TryGetInstance(assignment.Instance.Id, out var instance))
        {
            if (job is not null) model.Enqueue(job, now);
            return;
        }

        LogAssigned(assignment);
        var seconds = model.ExpectedSeconds(assignment);
        var run = new JobRun(job, instance, assignment.Job, isAdopted: false, recorder, events, clock) { IsCold = assignment.Costs.Load > 0, Why = assignment.ToString() };
        if (run.IsCold) metrics.Swapped(job.Model, instance.Id);
        Launch(model, run, seconds, now);
    }

    private void AdoptInherited(DateTimeOffset now)
    {
        foreach (var (job, since) in _inherited.Values.ToArray())
        {
            if (job.Instance is { } id && fleet.Current.TryGetInstance(id, out var instance))
            {
                _inherited.Remove(job.Id);
                var model = ModelOf(job.Model);
                Launch(model, new JobRun(job, instance, model.Ask(job), isAdopted: true, recorder, events, clock), 0, now);
            }
            else if (now - since > settings.Value.AdoptionLimit || job.Instance is null)
            {
                _inherited.Remove(job.Id);
                tasks.Track(cancellation.GiveUpAsync(job, tasks.Leaving));
            }
        }
    }

    private void Launch(ModelDispatch model, JobRun run, double expectedSeconds, DateTimeOffset now)
    {
        _runs[run.Job.Id] = run;
        var slot = model.SlotOf(run.Instance.Id);
        slot.Begin(run, expectedSeconds, now);
        if (slot.FreeAt is { } end) open.Expect(run.Job.Id, end);
        run.Left = left => inbox.Post(new InstanceLeft(left));
        // What has left the instance but is not journalled yet holds up nothing.
        tasks.Track(RunAsync(run, (settings.Value.Overlap > TimeSpan.Zero ? 2 : 1) + slot.Leaving.Count));
    }

    private async Task RunAsync(JobRun run, int slots)
    {
        using var counted = counts.Begin(run.Instance.Id);
        // Away from the loop's thread before anything else.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var outcome = await execution.ExecuteAsync(run, slots, tasks.Leaving);
        inbox.Post(new RunOver(run, outcome));
    }

    private void End(RunOver over, DateTimeOffset now)
    {
        var (run, outcome) = (over.Run, over.Outcome);
        var model = ModelOf(run.Job.Model);
        var slot = model.SlotOf(run.Instance.Id);
        _runs.Remove(run.Job.Id);
        slot.End(run, now);
        if (outcome.LeftBehind) slot.Leftovers.Add(run.Job.Id);
        if (outcome.InstanceFailed)
        {
            slot.Failed(now);
            model.Forget(run.Instance.Id);
        }

        if (outcome is { Kind: RunOutcomeKind.Ended, Job.State: JobState.Completed }) slot.Succeeded();
        model.Settle(run, outcome, now);
        metrics.RunOver(run, outcome);
        foreach (var wish in run.Wishes) ReplyOrPassOn(wish, outcome);
        if (outcome.Kind is RunOutcomeKind.NotClaimed) slot.Pause(now);
        // What was heard of it while it was thought to be this gateway's counts now.
        var isOthers = outcome.Kind is RunOutcomeKind.NotClaimed or RunOutcomeKind.Taken && outcome.Job.State != JobState.Queued;
        var job = isOthers && open.TryGet(run.Job.Id, out var heard) ? heard : outcome.Job;
        if (job.State == JobState.Queued) model.Enqueue(job, now);
        else NoteElsewhere(job);
        run.Dispose();
    }

    /// <summary>Another gateway has the job, or ended it.</summary>
    private void Leave(Job job, DateTimeOffset now)
    {
        ModelOf(job.Model).Remove(job.Id, now);
        if (job.State.HasEnded()) _inherited.Remove(job.Id);
        if (_runs.TryGetValue(job.Id, out var run))
        {
            // Short of its end it may be news from before this gateway had it: when it writes the next time, it will hear whose the job is.
            if (job.State.HasEnded()) run.Stop(RunStop.Taken);
        }
        else if (!_inherited.ContainsKey(job.Id))
        {
            NoteElsewhere(job);
        }
    }

    private void NoteElsewhere(Job job) => _elsewhere.Note(job, job.Instance is { } instance ? ModelOf(job.Model).SlotOf(instance) : null);

    private void ReplyOrPassOn(CancelWanted wish, RunOutcome outcome)
    {
        if (outcome.Kind == RunOutcomeKind.Ended) wish.Reply(outcome.Job.State == JobState.Cancelled);
        // It waits again, and can be cancelled there.
        else inbox.Post(wish);
    }

    private void Cancel(CancelWanted wish, DateTimeOffset now)
    {
        if (!open.TryGet(wish.Id, out var job))
        {
            wish.Reply(false);
        }
        else if (_runs.TryGetValue(wish.Id, out var run))
        {
            run.Wishes.Add(wish);
            run.Stop(RunStop.Cancelled);
        }
        else if (ModelOf(job.Model).Remove(wish.Id, now) || _inherited.Remove(wish.Id))
        {
            tasks.Track(cancellation.EndAsync(job, wish, tasks.Leaving));
        }
        else if (wish.IsPassedOn)
        {
            // Whoever has it has heard it too.
            wish.Reply(false);
        }
        else
        {
            tasks.Track(cancellation.RequestAsync(job, wish, tasks.Leaving));
        }
    }

    /// <summary>Looks at the clock: jobs that nobody can run, runs that hang, instances that drain for too long, what was left on instances.</summary>
    private void Look(DateTimeOffset now)
    {
        // The instances are not to blame that nothing was heard of them.
        if (_standstill.IsOver())
        {
            foreach (var run in _runs.Values) run.SignOfLife();
        }

        _elsewhere.Review(open);
        foreach (var model in _models.Values)
        {
            foreach (var (slot, instance) in model.Review(now)) tasks.Track(leftovers.TakeAsync(model.Model, instance, [.. slot.Leftovers], tasks.Leaving));
            foreach (var (id, missing) in model.TakeUnable(now))
            {
                if (open.TryGet(id, out var job)) tasks.Track(cancellation.FailAsync(job, missing, tasks.Leaving));
            }
        }
    }

    private void Cleaned(LeftoversTaken taken, DateTimeOffset now)
    {
        var slot = ModelOf(taken.Model).SlotOf(taken.Instance);
        slot.IsBeingCleaned = false;
        if (taken.Succeeded) slot.Leftovers.Clear();
        else slot.Failed(now);
    }

    private void ReviewAt(DateTimeOffset? at, DateTimeOffset now)
    {
        if (at is null || (at == _reviewAt && at > now)) return;
        _reviewAt = at.Value;
        _reviewTimer ??= clock.CreateTimer(static state => ((DispatchInbox)state!).PostLook(), inbox, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _reviewTimer.Change(at > now ? at.Value - now : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Assignment}")]
    private partial void LogAssigned(Assignment assignment);

    [LoggerMessage(2, LogLevel.Debug, "{Held}")]
    private partial void LogHeld(HeldJob held);
}
