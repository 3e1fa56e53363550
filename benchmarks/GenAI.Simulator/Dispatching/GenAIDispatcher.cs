using System.Collections.Immutable;
using System.Globalization;
using GenAI.Scheduling.Dispatch;

namespace GenAI.Simulator.Dispatching;

/// <summary>
/// Our own policy, called exactly as the gateway calls it: it is told what an instance would tell (a load's and an
/// execution's length, once they are over) and never what only the simulator knows.
/// </summary>
/// <param name="knowsSpeeds">Whether it is told how fast the instances are; otherwise it learns that, unless the options forbid it.</param>
internal sealed class GenAIDispatcher(DispatchOptions options, bool knowsSpeeds) : IDispatcher
{
    private const string Model = "trace";
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;
    private readonly DispatchQueue _queue = new(options);
    private readonly DispatchPolicy _policy = new(options);
    private readonly Dictionary<string, SimJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<SimJob, DispatchJob> _running = [];
    private readonly Queue<Start> _decided = new();
    private InstanceView[] _views = [];
    private PrefetchStart? _prefetch;

    public string Name => "genai";

    public double ReviewAt { get; private set; } = double.PositiveInfinity;

    /// <summary>What the policy has learned of service times.</summary>
    public DispatchQueue Queue => _queue;

    public double PassingOverClock(SimJob job, double now) => _queue.Tenants.WithinShare(job.Tenant, At(now)).TotalSeconds;

    public void Arrive(SimJob job, Fleet fleet)
    {
        if (_running.Remove(job, out var lost)) _queue.Abandon(lost, fleet.Now - job.Start, At(fleet.Now));
        var asked = Ask(job);
        _jobs[asked.Id] = job;
        _queue.Enqueue(asked, At(fleet.Now));
    }

    public Start? Next(Fleet fleet)
    {
        if (_decided.TryDequeue(out var start)) return start;
        Look(fleet);
        var decision = _policy.Next(_queue, _views, At(fleet.Now));
        foreach (var assignment in decision.Assignments) _decided.Enqueue(Accept(assignment, fleet));
        ReviewAt = decision.ReviewAt is { } review ? (review - Epoch).TotalSeconds : double.PositiveInfinity;
        _prefetch = decision.Prefetches is [var prefetch, ..]
            ? new PrefetchStart(prefetch.Checkpoint, fleet.Instances[IndexOf(prefetch.Instance)])
            : null;
        return _decided.TryDequeue(out start) ? start : null;
    }

    public PrefetchStart? Prefetch(Fleet fleet)
    {
        if (_prefetch is not { } prefetch) return null;
        _prefetch = null;
        Occupy(prefetch.Instance.Index, prefetch.Checkpoint, fleet.Now + _queue.Loads.Expect(prefetch.Checkpoint));
        return prefetch;
    }

    public void Prefetched(SimInstance instance, Fleet fleet)
    {
        _queue.Loads.Observe(instance.Loaded[0], _views[instance.Index].Id, instance.PrefetchSeconds);
        Release(instance.Index);
    }

    public void Finished(SimJob job, SimInstance instance, Fleet fleet)
    {
        _running.Remove(job, out var asked);
        var execution = fleet.Now - instance.ExecutionFrom;
        _queue.Finish(asked!, _views[instance.Index], execution, fleet.Now - job.Start, At(fleet.Now));
        if (instance.CheckpointWasLoaded) _queue.Loads.Observe(job.Checkpoint, _views[instance.Index].Id, job.CheckpointLoad);
        Release(instance.Index);
    }

    public void Lost(SimInstance instance, Fleet fleet)
    {
        if (_views.Length == 0) return;
        _queue.Loads.Forget(_views[instance.Index].Id);
        _queue.Speeds.Forget(_views[instance.Index].Id);
        _views[instance.Index] = _views[instance.Index] with { State = InstanceAvailability.Unavailable, Checkpoints = [], FreeAt = null };
    }

    private static DateTimeOffset At(double seconds) => Epoch + TimeSpan.FromSeconds(seconds);

    private DispatchJob Ask(SimJob job) => new()
    {
        Id = job.Index.ToString(CultureInfo.InvariantCulture),
        Arrival = At(job.Arrival),
        Model = Model,
        Checkpoint = job.Checkpoint,
        Steps = job.Steps,
        Images = job.Images,
        Tenant = job.Tenant,
        Attempts = job.Attempts,

        // What every instance has failed at is tried again, since here it is chance that kills them.
        Avoid = job.Avoid.Distinct().Count() < _views.Length ? [.. job.Avoid.Select(index => $"gpu-{index}")] : [],
    };

    /// <summary>The views, made when first needed; from then on each changes with what happens to its instance.</summary>
    private void Look(Fleet fleet)
    {
        if (_views.Length == 0)
        {
            _views = [.. fleet.Instances.Select(instance => new InstanceView
            {
                Id = $"gpu-{instance.Index}", Model = Model, Room = instance.Room, Speed = knowsSpeeds ? instance.Speed : 1,
            })];
        }

        foreach (var instance in fleet.Instances)
        {
            Learn(ref _views[instance.Index]);
            if (instance.Free && _views[instance.Index].State == InstanceAvailability.Unavailable)
                _views[instance.Index] = _views[instance.Index] with { State = InstanceAvailability.Free };
            else if (!instance.Up && _views[instance.Index].State != InstanceAvailability.Unavailable)
                _views[instance.Index] = _views[instance.Index] with { State = InstanceAvailability.Unavailable };
        }
    }

    private Start Accept(Assignment assignment, Fleet fleet)
    {
        _queue.Start(assignment, At(fleet.Now));
        var job = _jobs[assignment.Job.Id];
        _jobs.Remove(assignment.Job.Id);
        _running[job] = assignment.Job;
        var index = IndexOf(assignment.Instance);
        var seconds = assignment.Costs.Load + _queue.Services.Expect(assignment.Job) / _views[index].Speed;
        Occupy(index, job.Checkpoint, fleet.Now + seconds);
        return new Start(job, fleet.Instances[index]);
    }

    private void Learn(ref InstanceView view)
    {
        if (!knowsSpeeds && _queue.Speeds.Of(view.Id) is var speed && speed != view.Speed) view = view with { Speed = speed };
    }

    private int IndexOf(InstanceView instance) =>
        Array.FindIndex(_views, view => string.Equals(view.Id, instance.Id, StringComparison.Ordinal));

    private void Release(int index) => _views[index] = _views[index] with { State = InstanceAvailability.Free, FreeAt = null };

    private void Occupy(int index, string checkpoint, double until)
    {
        var view = _views[index];
        ImmutableArray<string> loaded = [checkpoint, .. view.Checkpoints.Where(other => !string.Equals(other, checkpoint, StringComparison.Ordinal))];
        _views[index] = view with
        {
            State = InstanceAvailability.Busy,
            FreeAt = At(until),
            Checkpoints = loaded.Length > view.Room ? loaded.RemoveAt(loaded.Length - 1) : loaded,
        };
    }
}
