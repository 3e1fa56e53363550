using GenAI.Simulator.Events;

namespace GenAI.Simulator.Dispatching;

/// <summary>Discrete-event simulation of one policy on one workload.</summary>
internal sealed class DispatchSimulation
{
    private readonly IReadOnlyList<SimJob> _jobs;
    private readonly IDispatcher _dispatcher;
    private readonly Fleet _fleet;
    private readonly Failures? _failures;
    private readonly Func<int, double> _prefetchSeconds;
    private readonly EventQueue<SimEvent> _events = new();
    private readonly PassingOver _passingOver;
    private readonly Backlog _backlog;
    private double _review = double.PositiveInfinity;
    private int _unfinished;

    public DispatchSimulation(IReadOnlyList<SimJob> jobs, IDispatcher dispatcher, IReadOnlyList<SimInstance> instances, Failures? failures = null, Func<int, double>? prefetchSeconds = null)
    {
        _jobs = jobs;
        _dispatcher = dispatcher;
        _passingOver = new PassingOver(dispatcher.PassingOverClock);
        _fleet = new Fleet(instances);
        _failures = failures;
        _prefetchSeconds = prefetchSeconds ?? (_ => 0);
        _backlog = new Backlog(jobs[^1].Arrival);
        _unfinished = jobs.Count;
    }

    public int Loads { get; private set; }

    /// <summary>Runs until every request has been answered.</summary>
    public DispatchFigures Run(CancellationToken cancellation = default)
    {
        foreach (var job in _jobs) _events.Add(job.Arrival, new SimEvent(EventKind.Arrival, Job: job));
        foreach (var instance in _fleet.Instances) ScheduleFailure(instance);

        while (_unfinished > 0 && _events.TryTake(out var at, out var what))
        {
            cancellation.ThrowIfCancellationRequested();
            _fleet.Now = at;
            if (Happen(what)) StartWhatCanStart();
        }

        if (_unfinished > 0) throw new InvalidOperationException($"{_dispatcher.Name} never started {_unfinished} requests.");
        return DispatchFigures.Of(_dispatcher.Name, _jobs, Loads, _backlog.Settled(_fleet.Instances.Count), _fleet.Instances);
    }

    private bool Happen(SimEvent what)
    {
        switch (what.Kind)
        {
            case EventKind.Arrival:
                _backlog.Change(_fleet.Now, +1);
                Wait(what.Job!);
                return true;
            case EventKind.End when what.Epoch == what.Instance!.Epoch:
                if (what.Instance.Prefetching is null) Finish(what.Instance);
                else FinishPrefetch(what.Instance);
                return true;
            case EventKind.Failure:
                Fail(what.Instance!);
                return true;
            case EventKind.Repair:
                what.Instance!.Up = true;
                ScheduleFailure(what.Instance);
                return true;
            case EventKind.Review when _fleet.Now >= _review:
                _review = double.PositiveInfinity;
                return true;
            default:
                return false;
        }
    }

    private void Wait(SimJob job)
    {
        _dispatcher.Arrive(job, _fleet);
        _passingOver.Waits(job, _fleet.Now);
    }

    private void Finish(SimInstance instance)
    {
        var job = instance.Running!;
        instance.End(_fleet.Now);
        job.Finish = _fleet.Now;
        _unfinished--;
        _backlog.Change(_fleet.Now, -1);
        _dispatcher.Finished(job, instance, _fleet);
    }

    private void FinishPrefetch(SimInstance instance)
    {
        instance.End(_fleet.Now);
        _dispatcher.Prefetched(instance, _fleet);
    }

    private void Fail(SimInstance instance)
    {
        var job = instance.Running;
        if (job is not null || instance.Prefetching is not null) instance.End(_fleet.Now);
        instance.Up = false;
        instance.Forget();
        _dispatcher.Lost(instance, _fleet);
        if (job is not null)
        {
            job.Attempts++;
            job.Avoid.Add(instance.Index);
            Wait(job);
        }

        _events.Add(_fleet.Now + _failures!.RepairSeconds, new SimEvent(EventKind.Repair, instance));
    }

    private void ScheduleFailure(SimInstance instance)
    {
        if (_failures is not null) _events.Add(_fleet.Now + _failures.NextUptime(), new SimEvent(EventKind.Failure, instance));
    }

    private void StartWhatCanStart()
    {
        while (_dispatcher.Next(_fleet) is { } start)
        {
            if (!start.Instance.Free) throw new InvalidOperationException($"{_dispatcher.Name} started a request on a busy instance.");
            _passingOver.Starts(start.Job, _fleet.Now);
            start.Job.Start = _fleet.Now;
            var (loaded, end) = start.Instance.Begin(start.Job, _fleet.Now);
            if (loaded) Loads++;
            _events.Add(end, new SimEvent(EventKind.End, start.Instance, Epoch: start.Instance.Epoch));
        }

        if (_dispatcher.Prefetch(_fleet) is { } prefetch)
        {
            var seconds = _prefetchSeconds(Loads++);
            var end = prefetch.Instance.BeginPrefetch(prefetch.Checkpoint, seconds, _fleet.Now);
            _events.Add(end, new SimEvent(EventKind.End, prefetch.Instance, Epoch: prefetch.Instance.Epoch));
        }

        var review = _dispatcher.ReviewAt;
        if (review >= _review || double.IsInfinity(review)) return;
        _review = Math.Max(review, _fleet.Now);
        _events.Add(_review, new SimEvent(EventKind.Review));
    }
}
