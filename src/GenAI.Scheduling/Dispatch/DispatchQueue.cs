using System.Diagnostics.CodeAnalysis;
using GenAI.Scheduling.Dispatch.Estimation;
using GenAI.Scheduling.Dispatch.Learning;
using GenAI.Scheduling.Dispatch.Queueing;

namespace GenAI.Scheduling.Dispatch;

/// <summary>
/// The waiting jobs of one model service, indexed for <see cref="DispatchPolicy"/>, with what was learned from the jobs
/// before them. State only: it decides nothing. Not safe for concurrent use; the owner calls it from one loop.
/// </summary>
/// <example>
/// The owner's loop, on every arrival, completion and change of the instances:
/// <code>
/// queue.Enqueue(job, now);                                   // a job was accepted, or given back
/// foreach (var start in policy.Next(queue, instances, now).Assignments)
/// {
///     queue.Start(start, now);                               // it waits no longer
///     // … hand it to the instance; then, as the instance tells:
/// }
/// queue.Loads.Observe(checkpoint, instanceId, seconds);      // a load was seen
/// queue.Finish(job, instance, executionSeconds, totalSeconds, now);
/// </code>
/// </example>
public sealed class DispatchQueue
{
    private const int MostLanes = 10_000;
    private readonly Dictionary<string, QueueEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CheckpointLane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _charged = new(StringComparer.Ordinal);
    private readonly Action<Tenant, bool> _stand;
    private double _sharesAt;
    private double _firstArrival = double.NaN;
    private long _number;
    private long _decisions;

    public DispatchQueue(DispatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DispatchOptionsValidator.ThrowIfInvalid(options);
        Options = options;
        Loads = new LoadTimes(options.AssumedLoadTime.TotalSeconds);
        Services = new ServiceTimes(options.AssumedServiceTime.TotalSeconds, options.UsableEstimateError);
        Tenants = new TenantShares(options);
        _stand = Stand;
    }

    public DispatchOptions Options { get; }

    /// <summary>Jobs that wait.</summary>
    public int Count => _entries.Count;

    public LoadTimes Loads { get; }

    public ServiceTimes Services { get; }

    /// <summary>What the owner gives as <see cref="InstanceView.Speed"/>, unless it knows better; all at 1 without <see cref="DispatchOptions.LearnSpeeds"/>.</summary>
    public InstanceSpeeds Speeds { get; } = new();

    public TenantShares Tenants { get; }

    /// <summary>Jobs that wait of tenants that stand back.</summary>
    internal int StandingBack { get; private set; }

    internal Dictionary<string, CheckpointLane>.ValueCollection Lanes => _lanes.Values;

    internal ArrivalOrder Order { get; } = new();

    /// <summary>Puts a job in the queue: a new one, or one (<see cref="DispatchJob.Attempts"/> > 0) that an instance gave back.</summary>
    /// <exception cref="ArgumentException">The id is in the queue already, or a value is out of range.</exception>
    public void Enqueue(DispatchJob job, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!(job.Weight > 0) || double.IsInfinity(job.Weight))
            throw new ArgumentException($"Job {job.Id}: weight is {job.Weight}; expected more than 0.", nameof(job));
        if (_entries.ContainsKey(job.Id)) throw new ArgumentException($"Job {job.Id} is in the queue already.", nameof(job));

        var seconds = now.ToSeconds();
        var lane = LaneOf(job.Checkpoint, seconds);
        var tenant = Tenants.Of(job, seconds);
        var entry = new QueueEntry(job, lane, tenant, UrgentFrom(job), _number++)
        {
            Estimate = Services.Usable ? Services.Expect(job) : double.NaN,
            EnqueuedAt = seconds,
            ClockWhenEnqueued = tenant.Clock(seconds),
            ChargedAsWaiting = Services.Expect(job),
        };
        _entries.Add(job.Id, entry);
        tenant.Waits(entry.ChargedAsWaiting);
        if (tenant.OverShare) StandingBack++;
        lane.ListOf(tenant).Add(entry);
        if (job.Attempts > 0)
        {
            Order.AddInTurn(entry, seconds);
            return;
        }

        Order.Add(entry, seconds);
        Tenants.Ask(tenant, entry.ChargedAsWaiting, seconds);
        if (double.IsNaN(_firstArrival)) _firstArrival = seconds;
        lane.Arrivals.Add(1, seconds, Options.DemandMemory.TotalSeconds);
    }

    public bool TryGet(string id, [NotNullWhen(true)] out DispatchJob? job)
    {
        job = _entries.TryGetValue(id, out var entry) ? entry.Job : null;
        return job is not null;
    }

    /// <summary>Takes a job out without starting it: it was cancelled or has expired.</summary>
    /// <returns>False when no such job waits.</returns>
    public bool Cancel(string id, DateTimeOffset now) => Remove(id, now.ToSeconds()) is not null;

    /// <summary>Takes a job out because it is being started, and charges its tenant with what it is expected to take.</summary>
    /// <exception cref="InvalidOperationException">No such job waits.</exception>
    public void Start(Assignment assignment, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var seconds = now.ToSeconds();
        var entry = Remove(assignment.Job.Id, seconds)
            ?? throw new InvalidOperationException($"Job {assignment.Job.Id} does not wait: it was started or cancelled before.");
        var expected = assignment.Costs.Load + entry.Service(Services.Mean) / assignment.Instance.Speed;
        _charged[entry.Job.Id] = expected;
        entry.Tenant.Running++;
        Tenants.Charge(entry.Job, expected, seconds);
    }

    /// <summary>A job ended well: its time and its instance's speed are learned, and its tenant charged with what it really took.</summary>
    /// <param name="executionSeconds">Without loading, as measured on <paramref name="instance"/>.</param>
    /// <param name="occupiedSeconds">From start to end, loading included.</param>
    public void Finish(DispatchJob job, InstanceView instance, double executionSeconds, double occupiedSeconds, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(instance);
        var speed = instance.Speed;
        if (Options.LearnSpeeds)
        {
            if (Services.Observations > 0) Speeds.Observe(instance.Id, executionSeconds, Services.Estimate(job));
            speed = Speeds.Of(instance.Id);
        }

        Services.Observe(job, executionSeconds * speed);
        Settle(job, occupiedSeconds, now);
    }

    /// <summary>A job ended otherwise, after so long: it failed, was cancelled, or its instance died.</summary>
    public void Abandon(DispatchJob job, double occupiedSeconds, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(job);
        Settle(job, occupiedSeconds, now);
    }

    internal QueueEntry? Find(string id) => _entries.GetValueOrDefault(id);

    internal long NextDecision() => ++_decisions;

    internal CheckpointLane? FindLane(string checkpoint) => _lanes.GetValueOrDefault(checkpoint);

    /// <summary>Arrivals per second of jobs for the lane's checkpoint.</summary>
    internal double Demand(CheckpointLane lane, double now)
    {
        var memory = Options.DemandMemory.TotalSeconds;
        // A minute of half an hour: the first arrivals of all tell little of how many there will be.
        var seen = Math.Max(memory / 30, now - _firstArrival);
        return double.IsNaN(seen) ? 0 : lane.Arrivals.At(now, memory) / (memory * (1 - Math.Exp(-seen / memory)));
    }

    /// <summary>Sorts the jobs by whether their tenants are over their share now.</summary>
    internal void UpdateShares(int instances, double now)
    {
        _sharesAt = now;
        Tenants.Update(instances, now, _stand);
    }

    private void Stand(Tenant tenant, bool back)
    {
        tenant.Stand(back, _sharesAt);
        StandingBack += back ? tenant.Waiting : -tenant.Waiting;
        foreach (var lane in _lanes.Values)
        {
            if (back) lane.Waiting.Move(tenant, lane.StandingBack);
            else lane.StandingBack.Move(tenant, lane.Waiting);
        }
    }

    private double UrgentFrom(DispatchJob job)
    {
        var from = job.Arrival.ToSeconds() - job.Priority * Options.PriorityHeadStart.TotalSeconds;
        return job.Deadline is { } deadline ? Math.Min(from, (deadline - Options.DeadlineHorizon).ToSeconds()) : from;
    }

    private QueueEntry? Remove(string id, double now)
    {
        if (!_entries.Remove(id, out var entry)) return null;
        entry.Lane.ListOf(entry.Tenant).Remove(entry);
        Order.Remove(entry, now);
        if (entry.Tenant.OverShare) StandingBack--;
        entry.Tenant.WaitsNoLonger(entry.ChargedAsWaiting);
        return entry;
    }

    private void Settle(DispatchJob job, double occupiedSeconds, DateTimeOffset now)
    {
        if (!_charged.Remove(job.Id, out var charged)) return;
        Tenants.Of(job, now.ToSeconds()).Running--;
        Tenants.Charge(job, occupiedSeconds - charged, now.ToSeconds());
    }

    private CheckpointLane LaneOf(string checkpoint, double now)
    {
        if (_lanes.TryGetValue(checkpoint, out var lane)) return lane;
        if (_lanes.Count >= MostLanes) ForgetUnwanted(now);
        return _lanes[checkpoint] = new CheckpointLane(checkpoint);
    }

    private void ForgetUnwanted(double now)
    {
        foreach (var (checkpoint, lane) in _lanes)
        {
            if (lane.Count == 0 && lane.Arrivals.At(now, Options.DemandMemory.TotalSeconds) < 0.01) _lanes.Remove(checkpoint);
        }
    }
}
