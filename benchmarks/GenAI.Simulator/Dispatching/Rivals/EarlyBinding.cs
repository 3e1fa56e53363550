namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>Binds each request to an instance when it arrives; every instance works through its own queue.</summary>
internal abstract class EarlyBinding : IDispatcher
{
    private readonly Dictionary<SimInstance, LinkedList<SimJob>> _queues = [];
    private readonly List<SimJob> _homeless = [];

    public abstract string Name { get; }

    public void Arrive(SimJob job, Fleet fleet)
    {
        var candidates = Candidates(job, fleet);
        if (candidates.Count == 0) _homeless.Add(job);
        else QueueOf(Choose(job, candidates, fleet)).AddLast(job);
    }

    public Start? Next(Fleet fleet)
    {
        Rehome(fleet);
        foreach (var instance in fleet.Instances)
        {
            if (!instance.Free || QueueOf(instance).First is not { } first) continue;
            QueueOf(instance).RemoveFirst();
            return new Start(first.Value, instance);
        }

        return null;
    }

    public virtual void Finished(SimJob job, SimInstance instance, Fleet fleet)
    {
    }

    public void Lost(SimInstance instance, Fleet fleet)
    {
        _homeless.AddRange(QueueOf(instance));
        QueueOf(instance).Clear();
    }

    /// <param name="candidates">Instances that are up, never empty.</param>
    protected abstract SimInstance Choose(SimJob job, IReadOnlyList<SimInstance> candidates, Fleet fleet);

    /// <summary>Requests on the instance, the running one included.</summary>
    protected int InFlight(SimInstance instance) => QueueOf(instance).Count + (instance.Running is null ? 0 : 1);

    /// <summary>What the instance will hold when it has worked off its queue.</summary>
    protected string? LastCheckpoint(SimInstance instance) =>
        QueueOf(instance).Last?.Value.Checkpoint ?? (instance.Loaded.Count > 0 ? instance.Loaded[0] : null);

    private static List<SimInstance> Candidates(SimJob job, Fleet fleet)
    {
        var up = fleet.Instances.Where(instance => instance.Up).ToList();
        var allowed = up.Where(instance => !job.Avoid.Contains(instance.Index)).ToList();
        return allowed.Count > 0 ? allowed : up;
    }

    private void Rehome(Fleet fleet)
    {
        if (_homeless.Count == 0 || !fleet.Instances.Any(instance => instance.Up)) return;
        var jobs = _homeless.ToArray();
        _homeless.Clear();
        foreach (var job in jobs) Arrive(job, fleet);
    }

    private LinkedList<SimJob> QueueOf(SimInstance instance)
    {
        if (!_queues.TryGetValue(instance, out var queue)) _queues[instance] = queue = new LinkedList<SimJob>();
        return queue;
    }
}
