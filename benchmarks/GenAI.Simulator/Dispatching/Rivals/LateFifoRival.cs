namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>One queue in order of arrival; its head goes to whichever instance is free, the longest free one first.</summary>
internal class LateFifoRival : IDispatcher
{
    private readonly LinkedList<SimJob> _queue = [];

    public virtual string Name => "late-fifo";

    public virtual void Arrive(SimJob job, Fleet fleet)
    {
        var before = _queue.Last;
        while (before is not null && before.Value.Arrival > job.Arrival) before = before.Previous;
        if (before is null) _queue.AddFirst(job);
        else _queue.AddAfter(before, job);
    }

    public Start? Next(Fleet fleet)
    {
        if (_queue.First is not { } head) return null;
        var free = fleet.Instances.Where(instance => instance.Free).MinBy(instance => instance.FreeSince);
        if (free is null) return null;
        _queue.Remove(head);
        return new Start(head.Value, free);
    }
}
