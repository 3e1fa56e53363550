using GenAI.Scheduling.Scaling;

namespace GenAI.Simulator.Scaling;

/// <summary>
/// Discrete-event simulation of one replica policy: one queue in order of arrival, instances with a cold start and one job at a
/// time. An instance is paid from its start to its end; one that is to go while it works finishes its job first. A job whose
/// instance dies goes back to the head of the queue, and its wait is the one until it begins for the last time.
/// </summary>
internal sealed class ScaleSimulation(IReadOnlyList<ScaleJob> jobs, IReplicaPolicy policy, ScaleSettings settings, List<ScaleSample>? timeline = null)
{
    private readonly BusyInstances _busy = new();
    private readonly LinkedList<double> _starting = new();
    private readonly LinkedList<double> _repairing = new();
    private readonly LinkedList<WaitingJob> _queue = new();
    private readonly List<double> _waits = new(jobs.Count);
    private int _idle = settings.Initial;
    private int _draining;
    private int _next;
    private int _actions;
    private long _late;
    private long _begun;
    private long _completions;
    private double _serviceSeconds;
    private double _instanceSeconds;
    private double _now;
    private int _deaths;
    private double _death = double.PositiveInfinity;

    private int Ready => _idle + _busy.Count - _draining;

    private int Starting => _starting.Count + _repairing.Count;

    public ScaleFigures Run(CancellationToken cancellation = default) =>
        ScaleFigures.Of(policy.Name, settings.MaxWaitSeconds, [Replay(cancellation)]).First();

    public ScaleOutcome Replay(CancellationToken cancellation = default)
    {
        var end = settings.End ?? jobs[^1].Arrival;
        var tick = 0.0;
        NextDeath(0);
        while (_next < jobs.Count || _queue.Count > 0 || tick < end)
        {
            cancellation.ThrowIfCancellationRequested();
            var arrival = _next < jobs.Count ? jobs[_next].Arrival : double.PositiveInfinity;
            var finish = _busy.FirstEnd;
            var started = First(_starting);
            var repaired = First(_repairing);
            var at = Math.Min(Math.Min(Math.Min(arrival, finish), Math.Min(started, tick)), Math.Min(repaired, _death));
            Advance(at, end);

            if (at == finish) Finish();
            else if (at == started) Start(_starting);
            else if (at == repaired) Start(_repairing);
            else if (at == arrival) Arrive();
            else if (at == _death) Die();
            else
            {
                Review();
                tick += policy.Interval;
            }

            Work();
        }

        Advance(end, end);
        return new ScaleOutcome(jobs[0].Model, _instanceSeconds / 3600, _waits, _actions);
    }

    private static double First(LinkedList<double> times) => times.First?.Value ?? double.PositiveInfinity;

    private void Arrive()
    {
        _queue.AddLast(new WaitingJob(jobs[_next++], _waits.Count));
        _waits.Add(0);
    }

    private void Advance(double at, double end)
    {
        _instanceSeconds += (_idle + _busy.Count + Starting) * Math.Max(0, Math.Min(at, end) - _now);
        _now = Math.Max(_now, at);
    }

    private void Finish()
    {
        _completions++;
        _serviceSeconds += _busy.TakeFirst().Job.Service;
        if (_draining > 0) _draining--;
        else _idle++;
    }

    private void Start(LinkedList<double> started)
    {
        started.RemoveFirst();
        _idle++;
    }

    private void NextDeath(double now)
    {
        if (settings.Failures is { } failures) _death = now + failures.Gap(settings.Seed, _deaths, settings.MaxInstances);
    }

    private void Die()
    {
        var place = InstanceFailures.Place(settings.Seed, _deaths++, settings.MaxInstances);
        NextDeath(_now);
        if (place < _idle) _idle--;
        else if (place - _idle < _busy.Count)
        {
            _queue.AddFirst(_busy.TakeAt(place - _idle));
            // One that was to go anyway is not repaired.
            if (place - _idle < _draining)
            {
                _draining--;
                return;
            }
        }
        else return;

        _repairing.AddLast(_now + settings.Failures!.RepairSeconds);
    }

    private void Work()
    {
        while (_idle > 0 && _queue.First is { Value: var waiting })
        {
            _queue.RemoveFirst();
            _idle--;
            _busy.Add(waiting, _now + waiting.Job.Service);
            var wait = _now - waiting.Job.Arrival;
            if (wait > settings.MaxWaitSeconds && _waits[waiting.Number] <= settings.MaxWaitSeconds) _late++;
            _begun = Math.Max(_begun, waiting.Number + 1);
            _waits[waiting.Number] = wait;
        }
    }

    private void Review()
    {
        var observation = Observe();
        var desired = policy.Decide(observation, observation.MeasuredAt);
        timeline?.Add(new ScaleSample(_now, desired, observation.Ready, observation.Starting, observation.Running, observation.Waiting, _late));
        var difference = desired - observation.Current;
        if (difference == 0) return;
        _actions++;
        if (difference > 0) Grow(difference);
        else Shrink(-difference);
    }

    private void Grow(int more)
    {
        var kept = Math.Min(more, _draining);
        _draining -= kept;
        for (var i = kept; i < more; i++) _starting.AddLast(_now + settings.ColdStartSeconds);
    }

    private void Shrink(int fewer)
    {
        if (policy.StopsStartingFirst) fewer -= StopStarting(fewer);
        var idle = Math.Min(fewer, _idle);
        _idle -= idle;
        var draining = Math.Min(fewer - idle, _busy.Count - _draining);
        _draining += draining;
        StopStarting(fewer - idle - draining);
    }

    private int StopStarting(int most)
    {
        var stopped = Math.Min(most, Starting);
        for (var i = 0; i < stopped; i++) (_starting.Count > 0 ? _starting : _repairing).RemoveLast();
        return stopped;
    }

    private ScalingObservation Observe() => new()
    {
        MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(_now),
        Ready = Ready,
        Starting = Starting,
        Running = _busy.Count,
        Waiting = _queue.Count,
        Arrivals = _next,
        Completions = _completions,
        ServiceSeconds = _serviceSeconds,
        Begun = _begun,
        BegunLate = _late,
        GpuUtilization = Ready > 0 ? Math.Min(1, (double)_busy.Count / Ready) : 0,
        ColdStartSeconds = settings.ColdStartSeconds,
    };
}

/// <summary>One line of a timeline: what a decision saw, and what it was.</summary>
internal readonly record struct ScaleSample(double At, int Desired, int Ready, int Starting, int Running, int Waiting, long Late);

/// <param name="MaxWaitSeconds">The objective: a job should begin this soon.</param>
/// <param name="Initial">Instances ready when the trace begins.</param>
/// <param name="Failures">Null: instances never die.</param>
/// <param name="Seed">Of the failures.</param>
/// <param name="End">Until when instances are paid for; the last arrival when null.</param>
internal sealed record ScaleSettings(
    double ColdStartSeconds,
    double MaxWaitSeconds,
    int MaxInstances,
    int Initial = 1,
    InstanceFailures? Failures = null,
    int Seed = 1,
    double? End = null);
