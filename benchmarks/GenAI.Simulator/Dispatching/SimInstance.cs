namespace GenAI.Simulator.Dispatching;

/// <summary>A simulated GPU machine: one request at a time, and as many checkpoints in memory as it has room for.</summary>
internal sealed class SimInstance(int index, int room, double speed)
{
    private readonly List<string> _loaded = [];

    public int Index { get; } = index;

    public int Room { get; } = room;

    public double Speed { get; } = speed;

    public bool Up { get; set; } = true;

    public SimJob? Running { get; private set; }

    public double RunningSince { get; private set; }

    /// <summary>When the running request's weights are in place and its execution began or will begin.</summary>
    public double ExecutionFrom { get; private set; }

    public double FreeSince { get; private set; }

    /// <summary>Whether the running request's checkpoint had to be loaded.</summary>
    public bool CheckpointWasLoaded { get; private set; }

    public double BusySeconds { get; private set; }

    /// <summary>Counts starts and stops, so that the end of a request that was cut off is recognised as stale.</summary>
    public int Epoch { get; private set; }

    /// <summary>Most recently used first.</summary>
    public IReadOnlyList<string> Loaded => _loaded;

    /// <summary>What is being loaded although no request needs it yet.</summary>
    public string? Prefetching { get; private set; }

    public double PrefetchSeconds { get; private set; }

    public bool Free => Up && Running is null && Prefetching is null;

    public bool Holds(string checkpoint) => _loaded.Contains(checkpoint);

    /// <summary>Begins <paramref name="job"/> and tells whether its checkpoint had to be loaded, and when it will end.</summary>
    public (bool Loaded, double End) Begin(SimJob job, double now)
    {
        var load = Hold(job.Checkpoint);
        Epoch++;
        Running = job;
        RunningSince = now;
        CheckpointWasLoaded = load;
        ExecutionFrom = now + (load ? job.CheckpointLoad : 0) + job.LoraLoad;
        return (load, ExecutionFrom + job.Execution / Speed);
    }

    /// <summary>Begins to load a checkpoint that no request needs yet.</summary>
    public double BeginPrefetch(string checkpoint, double seconds, double now)
    {
        Hold(checkpoint);
        Epoch++;
        Prefetching = checkpoint;
        PrefetchSeconds = seconds;
        RunningSince = now;
        return now + seconds;
    }

    public void End(double now)
    {
        BusySeconds += now - RunningSince;
        Running = null;
        Prefetching = null;
        FreeSince = now;
        Epoch++;
    }

    /// <summary>What a restart leaves in memory: nothing.</summary>
    public void Forget() => _loaded.Clear();

    /// <summary>Makes a checkpoint the most recently used; true when it had to be loaded.</summary>
    private bool Hold(string checkpoint)
    {
        var load = !_loaded.Remove(checkpoint);
        if (load && _loaded.Count >= Room) _loaded.RemoveAt(_loaded.Count - 1);
        _loaded.Insert(0, checkpoint);
        return load;
    }
}
