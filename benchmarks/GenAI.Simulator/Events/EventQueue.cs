namespace GenAI.Simulator.Events;

/// <summary>What happens next: events by time, and by the order of scheduling where times are equal.</summary>
internal sealed class EventQueue<T>
{
    private readonly PriorityQueue<T, (double At, long Order)> _queue = new();
    private long _order;

    public int Count => _queue.Count;

    public void Add(double at, T what) => _queue.Enqueue(what, (at, _order++));

    public bool TryTake(out double at, out T what)
    {
        var any = _queue.TryDequeue(out what!, out var key);
        at = key.At;
        return any;
    }
}
