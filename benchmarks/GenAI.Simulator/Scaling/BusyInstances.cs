namespace GenAI.Simulator.Scaling;

/// <param name="Number">Its place in the order of arrival.</param>
internal readonly record struct WaitingJob(ScaleJob Job, int Number);

/// <summary>Instances at work: the one that is done first is found by its end, the one that dies by its place.</summary>
internal sealed class BusyInstances
{
    private readonly PriorityQueue<Work, double> _byEnd = new();
    private readonly List<Work> _byPlace = [];

    public int Count => _byPlace.Count;

    public double FirstEnd
    {
        get
        {
            while (_byEnd.TryPeek(out var work, out _) && work.Place < 0) _byEnd.Dequeue();
            return _byEnd.TryPeek(out _, out var end) ? end : double.PositiveInfinity;
        }
    }

    public void Add(WaitingJob job, double end)
    {
        var work = new Work(job) { Place = _byPlace.Count };
        _byPlace.Add(work);
        _byEnd.Enqueue(work, end);
    }

    /// <summary>The one that is done first; <see cref="FirstEnd"/> must have been looked at.</summary>
    public WaitingJob TakeFirst() => Remove(_byEnd.Dequeue());

    public WaitingJob TakeAt(int place) => Remove(_byPlace[place]);

    private WaitingJob Remove(Work work)
    {
        var last = _byPlace[^1];
        _byPlace[work.Place] = last;
        last.Place = work.Place;
        _byPlace.RemoveAt(_byPlace.Count - 1);
        work.Place = -1;
        return work.Job;
    }

    private sealed class Work(WaitingJob job)
    {
        public WaitingJob Job { get; } = job;

        /// <summary>Negative once it is done or dead.</summary>
        public int Place { get; set; }
    }
}
