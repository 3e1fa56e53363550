using GenAI.Simulator.Traces;

namespace GenAI.Simulator.Dispatching;

/// <summary>Which requests come when: marks from a trace, arrivals drawn or as recorded.</summary>
internal sealed class Workload(RequestTrace trace, QuantileTable checkpointLoad, QuantileTable loraLoad)
{
    private const int GapPurpose = 1, MarkPurpose = 2, LoadPurpose = 3, LoraPurpose = 4, FloodGapPurpose = 5, FloodMarkPurpose = 6, PrefetchPurpose = 7;

    /// <summary>
    /// Poisson arrivals whose work, loading aside, is <paramref name="load"/> of what <paramref name="capacity"/> reference
    /// instances can do; each request is a row of the trace drawn with replacement.
    /// </summary>
    public IReadOnlyList<SimJob> Poisson(int seed, double load, double capacity, int requests)
    {
        var gap = trace.MeanExecution / (load * capacity);
        var jobs = new SimJob[requests];
        var at = 0.0;
        for (var i = 0; i < requests; i++)
        {
            at += -Math.Log(1 - Mixing.Unit(seed, i, GapPurpose)) * gap;
            jobs[i] = Job(seed, i, at, trace.Rows[(int)(Mixing.Unit(seed, i, MarkPurpose) * trace.Rows.Count)]);
        }

        return jobs;
    }

    /// <summary>The trace's own arrivals, <paramref name="speed"/> times as fast.</summary>
    public IReadOnlyList<SimJob> Recorded(int seed, double speed)
    {
        var origin = trace.Rows[0].Arrival;
        return [.. trace.Rows.Select((row, i) => Job(seed, i, (row.Arrival - origin) / speed, row))];
    }

    /// <summary>
    /// <paramref name="jobs"/> with more or fewer requests of <paramref name="tenant"/>, so that it sends <paramref name="factor"/>
    /// times what it sent, with the same kinds of requests; 0 leaves it out. The others' requests stay as they are.
    /// </summary>
    public IReadOnlyList<SimJob> Flooded(IReadOnlyList<SimJob> jobs, int seed, string tenant, double factor)
    {
        var own = jobs.Where(job => string.Equals(job.Tenant, tenant, StringComparison.Ordinal)).ToArray();
        if (own.Length == 0) throw new TraceFormatException($"tenant '{tenant}' sends nothing in this workload; name one that does.");

        var all = jobs.Where(job => !string.Equals(job.Tenant, tenant, StringComparison.Ordinal)).ToList();
        all.AddRange(own.Take((int)Math.Round(own.Length * Math.Min(1, factor))));
        var more = (int)Math.Round(own.Length * Math.Max(0, factor - 1));
        var gap = jobs[^1].Arrival / Math.Max(1, more);
        var at = 0.0;
        for (var i = 0; i < more; i++)
        {
            at += -Math.Log(1 - Mixing.Unit(seed, i, FloodGapPurpose)) * gap;
            var like = own[(int)(Mixing.Unit(seed, i, FloodMarkPurpose) * own.Length)];
            all.Add(Job(seed, jobs.Count + i, at, new TraceRow(0, like.Execution, like.Steps, like.Images, like.Checkpoint, like.Loras, like.Type, tenant, like.Model)));
        }

        return [.. all.OrderBy(job => job.Arrival)];
    }

    /// <summary>Seconds of the n-th load that no request asked for.</summary>
    public Func<int, double> PrefetchSeconds(int seed) => n => checkpointLoad.At(Mixing.Unit(seed, n, PrefetchPurpose));

    private SimJob Job(int seed, int index, double at, TraceRow row) => new()
    {
        Index = index,
        Arrival = at,
        Execution = row.Execution,
        Checkpoint = row.Checkpoint,
        Tenant = row.Tenant,
        Steps = row.Steps,
        Images = row.Images,
        Loras = row.Loras,
        Type = row.Type,
        Model = row.Model,
        CheckpointLoad = checkpointLoad.At(Mixing.Unit(seed, index, LoadPurpose)),
        LoraLoad = row.Loras * loraLoad.At(Mixing.Unit(seed, index, LoraPurpose)),
    };
}
