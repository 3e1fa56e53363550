using GenAI.Scheduling.Dispatch;

namespace GenAI.Scheduling.Tests.Dispatch;

/// <summary>Runs jobs through queue and policy as an owner would, and keeps a record that properties can be told from.</summary>
internal sealed class Drive
{
    private readonly DispatchQueue _queue;
    private readonly DispatchPolicy _policy;
    private readonly InstanceView[] _instances;
    private readonly PriorityQueue<(DispatchJob Job, int Instance, double Since), double> _ends = new();
    private readonly Func<DispatchJob, double> _seconds;
    private readonly List<DispatchJob> _waiting = [];

    public Drive(DispatchOptions options, InstanceView[] instances, Func<DispatchJob, double> seconds)
    {
        _queue = new DispatchQueue(options);
        _policy = new DispatchPolicy(options);
        _instances = instances;
        _seconds = seconds;
    }

    public DispatchQueue Queue => _queue;

    public List<(DispatchJob Job, string Instance, double At, IReadOnlyList<DispatchJob> StillWaiting)> Starts { get; } = [];

    /// <summary>Whether an instance was left free with jobs waiting and none running: a deadlock.</summary>
    public bool Stalled { get; private set; }

    public void Run(IEnumerable<DispatchJob> arrivals, double until = double.PositiveInfinity)
    {
        foreach (var job in arrivals.OrderBy(job => job.Arrival))
        {
            var at = (job.Arrival - Make.Start).TotalSeconds;
            FinishUntil(at);
            _queue.Enqueue(job, job.Arrival);
            _waiting.Add(job);
            Decide(at);
        }

        FinishUntil(until);
        Stalled = _queue.Count > 0 && _ends.Count == 0;
    }

    private void FinishUntil(double until)
    {
        while (_ends.TryPeek(out _, out var at) && at <= until)
        {
            var (job, x, since) = _ends.Dequeue();
            _instances[x] = _instances[x] with { State = InstanceAvailability.Free, FreeAt = null };
            _queue.Finish(job, _instances[x], _seconds(job), at - since, Make.At(at));
            Decide(at);
        }
    }

    private void Decide(double now)
    {
        foreach (var start in _policy.Next(_queue, _instances, Make.At(now)).Assignments)
        {
            var x = Array.FindIndex(_instances, instance => instance.Id == start.Instance.Id);
            Assert.Equal(InstanceAvailability.Free, _instances[x].State);
            _queue.Start(start, Make.At(now));
            Assert.True(_waiting.Remove(start.Job), "a job is started once, and only when it waits");
            Starts.Add((start.Job, start.Instance.Id, now, [.. _waiting]));

            var load = _instances[x].Checkpoints.Contains(start.Job.Checkpoint) ? 0 : 20;
            if (load > 0) _queue.Loads.Observe(start.Job.Checkpoint, start.Instance.Id, load);
            _instances[x] = _instances[x] with
            {
                State = InstanceAvailability.Busy, Checkpoints = [start.Job.Checkpoint], FreeAt = Make.At(now + load + _queue.Services.Mean),
            };
            _ends.Enqueue((start.Job, x, now), now + load + _seconds(start.Job));
        }
    }
}
