namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>
/// What no policy can reach: every execution time is known beforehand and no load costs anything. The row "bound" is the
/// better of two such runs, figure by figure: shortest first, best in the mean, and first come first served, best in the tail.
/// </summary>
internal sealed class ClairvoyantShortestFirst : IDispatcher
{
    private readonly PriorityQueue<SimJob, (double, int)> _queue = new();

    public string Name => "bound";

    public void Arrive(SimJob job, Fleet fleet) => _queue.Enqueue(job, (job.Execution, job.Index));

    public Start? Next(Fleet fleet)
    {
        if (_queue.Count == 0) return null;
        var free = fleet.Instances.Where(instance => instance.Free).MaxBy(instance => instance.Speed);
        return free is null ? null : new Start(_queue.Dequeue(), free);
    }
}
