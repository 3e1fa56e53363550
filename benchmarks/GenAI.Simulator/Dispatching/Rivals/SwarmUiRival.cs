namespace GenAI.Simulator.Dispatching.Rivals;

/// <summary>
/// SwarmUI's scheduling: a request goes to a free instance with its model loaded; when no waiting request finds one, the
/// model with the highest "pressure", 10 × requests waiting + seconds the oldest has waited, is loaded onto the least
/// recently used free instance (SwarmUI, src/Backends/BackendHandler.cs).
/// </summary>
internal sealed class SwarmUiRival : IDispatcher
{
    private readonly LinkedList<SimJob> _queue = [];

    public string Name => "swarmui";

    public void Arrive(SimJob job, Fleet fleet) => _queue.AddLast(job);

    public Start? Next(Fleet fleet)
    {
        if (_queue.Count == 0 || !fleet.AnyFree()) return null;
        var start = Warm(fleet) ?? new Start(
            HighestPressure(fleet.Now), fleet.Instances.Where(instance => instance.Free).MinBy(instance => instance.FreeSince)!);
        _queue.Remove(start.Job);
        return start;
    }

    private Start? Warm(Fleet fleet)
    {
        foreach (var job in _queue)
        {
            foreach (var instance in fleet.Instances)
            {
                if (instance.Free && instance.Holds(job.Checkpoint)) return new Start(job, instance);
            }
        }

        return null;
    }

    private SimJob HighestPressure(double now) => _queue
        .GroupBy(job => job.Checkpoint, StringComparer.Ordinal)
        .MaxBy(waiting => 10 * waiting.Count() + (now - waiting.First().Arrival))!
        .First();
}
