using System.Collections.Immutable;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing;
using GenAI.Gateway.Routing.CircuitBreaking;
using GenAI.Gateway.Routing.Ejection;
using GenAI.Gateway.Routing.Tracks;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Gateway.Dispatch;

/// <summary>One model's queue in front of its instances. Of the loop alone: nothing here waits.</summary>
internal sealed class ModelDispatch(
    string model, DispatchSettings settings, Fleet fleet, OpenJobs open, InstanceCapabilities capabilities, InstanceHealth health, ModelPaces paces,
    CircuitBreaker circuit)
{
    private readonly DispatchQueue _queue = new(settings.Policy);
    private readonly DispatchPolicy _policy = new(settings.Policy);
    private readonly Dictionary<string, InstanceSlot> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Missing, DateTimeOffset Since)> _unable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CircuitProbe> _probes = new(StringComparer.Ordinal);
    private HashSet<string> _serving = [];
    private TrackPlan? _tracks;

    public string Model => model;

    public int WaitingCount => _queue.Count;

    /// <summary>What the instances are to dispatch; made anew by <see cref="Decide"/>.</summary>
    public List<InstanceView> Views { get; } = [];

    private ImmutableArray<Instance> Instances => fleet.Current.TryGetModel(model, out var known) ? known.Instances : [];

    public InstanceSlot SlotOf(string instance)
    {
        if (!_slots.TryGetValue(instance, out var slot)) _slots[instance] = slot = new InstanceSlot(instance);
        return slot;
    }

    public void Enqueue(Job job, DateTimeOffset now)
    {
        if (_queue.TryGet(job.Id, out _)) return;
        _queue.Enqueue(Ask(job), now);
        NoteAble(job, now);
    }

    /// <returns>False when it does not wait here.</returns>
    public bool Remove(string id, DateTimeOffset now) => _queue.Cancel(id, now);

    /// <summary>Which waiting jobs go where now. Those that were decided on wait no longer.</summary>
    public DispatchDecision Decide(DateTimeOffset now)
    {
        if (HaveTracksChanged()) ReviewPlaces(now);
        Views.Clear();
        // A Stable Diffusion server's API names no checkpoint: it has its own.
        var only = fleet.Current.TryGetModel(model, out var known) && known.Dialect == ModelDialect.StableDiffusion ? known.Definition?.Checkpoint : null;
        foreach (var instance in Instances)
        {
            var slot = SlotOf(instance.Id);
            slot.Refine(now);
            Views.Add(slot.View(instance, _queue.Speeds.Of(instance.Id), health.TakesJobs(instance), now, settings.Overlap, only));
        }

        var decision = _queue.Count == 0 || circuit.IsClosed ? Take(_policy.Next(_queue, Views, now), now) : Probe(now);
        paces[model] = new ModelPace(_queue.Services.Mean, [.. Views
            .Where(view => view.State != InstanceAvailability.Unavailable)
            .Select(view => new InstancePace(
                view.Id, view.State == InstanceAvailability.Free ? now : view.FreeAt ?? now.AddSeconds(_queue.Services.Mean / view.Speed), view.Speed))]);
        return decision;
    }

    private DispatchDecision Take(DispatchDecision decision, DateTimeOffset now)
    {
        foreach (var assignment in decision.Assignments) _queue.Start(assignment, now);
        return decision;
    }

    /// <summary>While the model's circuit is not closed jobs wait, all but the few that may be tried, one in a turn.</summary>
    private DispatchDecision Probe(DateTimeOffset now)
    {
        if (!Views.Exists(view => view.State == InstanceAvailability.Free) || circuit.Remaining > TimeSpan.Zero) return DispatchDecision.Nothing;
        var decision = _policy.Next(_queue, Views, now);
        if (decision.Assignments is not [var first, ..] || !circuit.TryProbe(out var probe)) return DispatchDecision.Nothing;
        _probes[first.Job.Id] = probe;
        return Take(decision with { Assignments = [first] }, now);
    }

    /// <summary>The job as dispatch sees it.</summary>
    public DispatchJob Ask(Job job)
    {
        var avoid = Avoid(job);
        return Ask(job, avoid, Track(job, avoid));
    }

    private DispatchJob Ask(Job job, ImmutableArray<string> avoid, string? track) => new()
    {
        Id = job.Id,
        Arrival = open.SinceOf(job.Id) ?? job.AcceptedAt,
        Model = model,
        Checkpoint = job.Demand.Checkpoint,
        Loras = job.Demand.Loras,
        Steps = job.Demand.Steps,
        Pixels = job.Demand.Pixels,
        Images = job.Demand.Images,
        Tenant = job.Owner,
        Weight = job.Weight,
        Priority = job.Priority,
        Track = track,
        Attempts = job.Attempts.Length,
        Avoid = avoid,
    };

    public double ExpectedSeconds(Assignment assignment) => assignment.Costs.Load + _queue.Services.Expect(assignment.Job) / assignment.Instance.Speed;

    /// <summary>What the run teaches, and what it costs its tenant.</summary>
    public void Settle(JobRun run, RunOutcome outcome, DateTimeOffset now)
    {
        var completed = outcome is { Kind: RunOutcomeKind.Ended, Job.State: JobState.Completed };
        var says = outcome.InstanceFailed ? RequestOutcome.GatewayError : outcome.Kind == RunOutcomeKind.Ended ? RequestOutcome.Answered : RequestOutcome.Nothing;
        if (_probes.Remove(run.Job.Id, out var probe)) circuit.End(probe, says);
        else circuit.Count(says);

        var view = Views.FirstOrDefault(view => view.Id == run.Instance.Id) ?? new InstanceView { Id = run.Instance.Id, Model = model };
        if (!completed || run.IsAdopted)
        {
            _queue.Abandon(run.Asked, run.Occupied.TotalSeconds, now);
            return;
        }

        if (run.IsCold && run.Measured is { Load: { TotalSeconds: > 0 } load }) _queue.Loads.Observe(run.Asked.Checkpoint, run.Instance.Id, load.TotalSeconds);
        _queue.Finish(run.Asked, view, (run.Measured?.Work ?? run.Occupied).TotalSeconds, run.Occupied.TotalSeconds, now);
    }

    /// <summary>Under its id there may be another process, on another GPU.</summary>
    public void Forget(string instance)
    {
        _queue.Loads.Forget(instance);
        _queue.Speeds.Forget(instance);
    }

    /// <summary>Stops runs that hang, or that go on for too long at an instance that drains.</summary>
    /// <returns>Where jobs were left that can be taken back now; marked as being cleaned.</returns>
    public List<(InstanceSlot Slot, Instance Instance)> Review(DateTimeOffset now)
    {
        List<(InstanceSlot, Instance)> cleanable = [];
        foreach (var slot in _slots.Values)
        {
            fleet.Current.TryGetInstance(slot.Id, out var instance);
            slot.DrainingSince = instance?.State == InstanceState.Draining ? slot.DrainingSince ?? now : null;
            foreach (var run in slot.Runs.Concat(slot.Leaving))
            {
                if (run.SinceLastSign > settings.HangLimit) run.Stop(RunStop.Hung);
                else if (now - slot.DrainingSince > settings.InstanceDrainLimit) run.Stop(RunStop.Drained);
                if (slot.FreeAt is { } end) open.Expect(run.Job.Id, end);
            }

            if (slot is not { Leftovers.Count: > 0, IsBeingCleaned: false } || now < slot.PausedUntil || instance is null) continue;
            slot.IsBeingCleaned = true;
            cleanable.Add((slot, instance));
        }

        return cleanable;
    }

    /// <summary>Waiting jobs that no instance has been able to run for too long, with what they all lack. They wait no longer.</summary>
    public List<(string Id, string Missing)> TakeUnable(DateTimeOffset now)
    {
        List<(string, string)> taken = [];
        foreach (var (id, (missing, since)) in _unable)
        {
            if (_queue.TryGet(id, out _) && now - since <= settings.UnableLimit) continue;
            _unable.Remove(id);
            if (_queue.Cancel(id, now)) taken.Add((id, missing));
        }

        return taken;
    }

    /// <summary>Instances came, went, can do other things or serve others: jobs that may go elsewhere than before are queued anew.</summary>
    public void ReviewPlaces(DateTimeOffset now)
    {
        foreach (var gone in _slots.Keys.Except(Instances.Select(instance => instance.Id), StringComparer.Ordinal)) Forget(gone);
        foreach (var job in open.List(model, owner: null, int.MaxValue))
        {
            if (!_queue.TryGet(job.Id, out var asked)) continue;
            NoteAble(job, now);
            var avoid = Avoid(job);
            var track = Track(job, avoid);
            if (track == asked.Track && avoid.Length == asked.Avoid.Length && avoid.All(asked.Avoid.Contains)) continue;
            _queue.Cancel(job.Id, now);
            _queue.Enqueue(asked with { Avoid = avoid, Track = track }, now);
        }
    }

    /// <summary>A job was taken because an instance could run it, which may have gone since.</summary>
    private void NoteAble(Job job, DateTimeOffset now)
    {
        if (capabilities.FirstMissingEverywhere(Instances, job.Demand) is { } missing) _unable.TryAdd(job.Id, (missing, now));
        else _unable.Remove(job.Id);
    }

    /// <summary>Whether another track serves than before, or one that served can no longer, or can again.</summary>
    private bool HaveTracksChanged()
    {
        if (!fleet.Current.TryGetModel(model, out var known)) return false;
        var serving = known.Tracks.IsSplit ? known.Instances.Where(health.TakesJobs).Select(instance => instance.Track).ToHashSet(StringComparer.Ordinal) : [];
        if (known.Tracks == _tracks && _serving.SetEquals(serving)) return false;
        (_tracks, _serving) = (known.Tracks, serving);
        return true;
    }

    /// <summary>
    /// The track that the job may run on: the one that was meant for it while that can, else the active one; any where the active track has
    /// nobody who could, whom waiting would never help.
    /// </summary>
    private string? Track(Job job, ImmutableArray<string> avoid)
    {
        if (!fleet.Current.TryGetModel(model, out var known) || !known.Tracks.IsSplit) return null;
        var able = known.Instances.Where(instance => !avoid.Contains(instance.Id)).ToArray();
        var track = known.Tracks.Resolve(job.Track, meant => able.Any(instance => instance.Track == meant && health.TakesJobs(instance)));
        return able.Any(instance => instance.Track == track) ? track : null;
    }

    /// <summary>
    /// Where the job must not go: to an instance that lacks what it names, and to one that died of it. The latter may have it again when no other
    /// takes it, since one that was restarted is better than none.
    /// </summary>
    private ImmutableArray<string> Avoid(Job job)
    {
        var able = Instances.Where(instance => capabilities.FirstMissing(instance.Id, job.Demand) is null).Select(instance => instance.Id).ToArray();
        var unable = Instances.Length == able.Length ? [] : Instances.Select(instance => instance.Id).Except(able);
        string[] deadly = [.. job.Attempts.Where(attempt => attempt.IsDeath).Select(attempt => attempt.Instance).Distinct(StringComparer.Ordinal)];
        // Of those that did not begin it the last time, such as one where nothing listens any more, there is no help.
        var helpless = job.Attempts.GroupBy(attempt => attempt.Instance, StringComparer.Ordinal)
            .Where(attempts => attempts.Last() is { StartedAt: null, EndedAt: not null }).Select(attempts => attempts.Key);
        return [.. unable, .. able.Except(deadly).Except(helpless).Any() ? deadly : []];
    }
}
