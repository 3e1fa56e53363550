using GenAI.Scheduling.Dispatch;

namespace GenAI.Benchmarks.Scheduling;

/// <summary>A queue and a fleet in the middle of their work, the same in every run.</summary>
internal sealed class DispatchScene(DispatchOptions options, int checkpoints)
{
    public const int Jobs = 10_000;
    private const int Instances = 500;
    private const int Tenants = 100;
    private readonly Random _random = new(1);
    private readonly DispatchQueue _queue = new(options);
    private InstanceView[] _instances = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private int _number;

    /// <summary>The tenant of every second job, if any.</summary>
    public string? Flooding { get; set; }

    public DispatchDecision Decide(DispatchPolicy policy) => policy.Next(_queue, _instances, _now = _now.AddMilliseconds(1));

    /// <summary>Jobs come, twenty in a second.</summary>
    public void Queue(int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            _queue.Enqueue(Job(Flooding is not null && i % 2 == 0 ? Flooding : $"t{_random.Next(Tenants)}"), _now);
            _now = _now.AddSeconds(0.05);
        }
    }

    /// <summary>500 jobs of a tenant were done before.</summary>
    public void Learn(string tenant, Func<DispatchJob, double> secondsOf)
    {
        var instance = new InstanceView { Id = "gone", Model = "m" };
        for (var i = 0; i < 500; i++)
        {
            var job = Job(tenant);
            _queue.Enqueue(job, _now);
            _queue.Start(new Assignment(job, instance, AssignmentReason.Warm, default, null), _now);
            _queue.Finish(job, instance, secondsOf(job), secondsOf(job), _now);
        }
    }

    /// <summary>As many younger jobs leave as if they had been started before the first that wait, which then wait for five seconds more.</summary>
    public void PassOver(int jobs)
    {
        var younger = Enumerable.Range(0, jobs).Select(_ => Job("t0")).ToArray();
        foreach (var job in younger) _queue.Enqueue(job, _now);
        foreach (var job in younger) _queue.Cancel(job.Id, _now);
        _now = _now.AddSeconds(5);
    }

    /// <summary>The fleet, of which so many are free, spread evenly.</summary>
    public void Staff(int free, bool speeds = false)
    {
        _instances = [.. Enumerable.Range(0, Instances).Select(i => new InstanceView
        {
            Id = $"gpu-{i}",
            Model = "m",
            Checkpoints = [Checkpoint()],
            Speed = speeds ? 0.5 + _random.NextDouble() : 1,
            State = (i + 1) * free / Instances > i * free / Instances ? InstanceAvailability.Free : InstanceAvailability.Busy,
            FreeAt = _now.AddSeconds(_random.Next(60)),
        })];
        if (!speeds) return;
        foreach (var instance in _instances)
        {
            for (var i = 0; i < 8; i++) _queue.Loads.Observe(Checkpoint(), instance.Id, 10 + 10 * _random.NextDouble());
        }
    }

    private DispatchJob Job(string tenant) => new()
    {
        Id = $"job-{_number++}", Arrival = _now, Model = "m", Checkpoint = Checkpoint(), Steps = 10 + _random.Next(30), Tenant = tenant,
    };

    private string Checkpoint() => $"checkpoint-{(int)(Math.Pow(checkpoints, _random.NextDouble()) - 1):0000}";
}
