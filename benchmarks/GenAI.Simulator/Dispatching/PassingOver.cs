namespace GenAI.Simulator.Dispatching;

/// <summary>
/// Measures how long requests are passed over: how long one had waited when a younger one was last started instead.
/// First in, first out gives 0; a request that waits because every instance is busy is not passed over.
/// </summary>
internal sealed class PassingOver
{
    private readonly SortedSet<SimJob> _waiting = new(Comparer<SimJob>.Create(
        (a, b) => a.Arrival != b.Arrival ? a.Arrival.CompareTo(b.Arrival) : a.Index.CompareTo(b.Index)));

    public void Waits(SimJob job) => _waiting.Add(job);

    public void Starts(SimJob job, double now)
    {
        _waiting.Remove(job);
        foreach (var other in _waiting)
        {
            if (other.Arrival >= job.Arrival) break;
            other.PassedOver = now - other.Arrival;
        }
    }
}
