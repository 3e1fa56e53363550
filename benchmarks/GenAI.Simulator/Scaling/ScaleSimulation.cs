using GenAI.Scheduling.Scaling;

namespace GenAI.Simulator.Scaling;

/// <summary>
/// Discrete-event simulation of one replica policy: one queue in order of arrival, instances with a cold start and one job at a
/// time. An instance is paid from its start to its end; one that is to go while it works finishes its job first.
/// </summary>
internal sealed class ScaleSimulation(IReadOnlyList<ScaleJob> jobs, IReplicaPolicy policy, ScaleSettings settings, List<ScaleSample>? timeline = null)
{
    private readonly PriorityQueue<double, double> _ends = new();
    private readonly LinkedList<double> _starting = new();
    private readonly Queue<ScaleJob> _queue = new();
    private readonly List<double> _waits = new(jobs.Count);
    private int _idle = settings.Initial;
    private int _draining;
    private int _next;
    private int _actions;
    private long _late;
    private long _completions;
    private double _serviceSeconds;
    private double _instanceSeconds;
    private double _now;

    private int Ready => _idle + _ends.Count - _draining;

    public ScaleFigures Run(CancellationToken cancellation = default)
    {
        var end = jobs[^1].Arrival;
        var tick = 0.0;
        while (_next < jobs.Count || _queue.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var arrival = _next < jobs.Count ? jobs[_next].Arrival : double.PositiveInfinity;
            var finish = _ends.TryPeek(out _, out var first) ? first : double.PositiveInfinity;
            var started = _starting.First?.Value ?? double.PositiveInfinity;
            var at = Math.Min(Math.Min(arrival, finish), Math.Min(started, tick));
            Advance(at, end);

            if (at == finish) Finish();
            else if (at == started) Start();
            else if (at == arrival) _queue.Enqueue(jobs[_next++]);
            else
            {
                Review();
                tick += policy.Interval;
            }

            Work();
        }

        return ScaleFigures.Of(policy.Name, _instanceSeconds / 3600, _waits, settings.MaxWaitSeconds, _actions);
    }

    private void Advance(double at, double end)
    {
        _instanceSeconds += (_idle + _ends.Count + _starting.Count) * Math.Max(0, Math.Min(at, end) - _now);
        _now = Math.Max(_now, at);
    }

    private void Finish()
    {
        _completions++;
        _ends.TryDequeue(out var service, out _);
        _serviceSeconds += service;
        if (_draining > 0) _draining--;
        else _idle++;
    }

    private void Start()
    {
        _starting.RemoveFirst();
        _idle++;
    }

    private void Work()
    {
        while (_idle > 0 && _queue.TryDequeue(out var job))
        {
            _idle--;
            _ends.Enqueue(job.Service, _now + job.Service);
            _waits.Add(_now - job.Arrival);
            if (_now - job.Arrival > settings.MaxWaitSeconds) _late++;
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
        var draining = Math.Min(fewer - idle, _ends.Count - _draining);
        _draining += draining;
        StopStarting(fewer - idle - draining);
    }

    private int StopStarting(int most)
    {
        var stopped = Math.Min(most, _starting.Count);
        for (var i = 0; i < stopped; i++) _starting.RemoveLast();
        return stopped;
    }

    private ScalingObservation Observe() => new()
    {
        MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(_now),
        Ready = Ready,
        Starting = _starting.Count,
        Running = _ends.Count,
        Waiting = _queue.Count,
        Arrivals = _next,
        Completions = _completions,
        ServiceSeconds = _serviceSeconds,
        Begun = _waits.Count,
        BegunLate = _late,
        GpuUtilization = Ready > 0 ? Math.Min(1, (double)_ends.Count / Ready) : 0,
        ColdStartSeconds = settings.ColdStartSeconds,
    };
}

/// <summary>One line of a timeline: what a decision saw, and what it was.</summary>
internal readonly record struct ScaleSample(double At, int Desired, int Ready, int Starting, int Running, int Waiting, long Late);

/// <param name="MaxWaitSeconds">The objective: a job should begin this soon.</param>
/// <param name="Initial">Instances ready when the trace begins.</param>
internal sealed record ScaleSettings(double ColdStartSeconds, double MaxWaitSeconds, int MaxInstances, int Initial = 1);
