namespace GenAI.Scheduling.Dispatch.Estimation;

/// <summary>
/// Learns online how long jobs run, and how wrong it is. The estimate is used per job only while its error is small enough;
/// otherwise the mean over all jobs stands for each, because a bad estimate is worse than none.
/// </summary>
/// <remarks>
/// log t = level + size + checkpoint + (checkpoint, steps, pixels, images) + (tenant, checkpoint). The size is a power, learned as it comes, of
/// steps × pixels × images, so that jobs of sizes never seen are told apart too; each other part is the mean of what the parts before it left
/// over, drawn to 0 by a prior of a few observations, so that a kind of job seen once says little. Leftovers are clipped
/// at ±1 (a factor of e) as in Huber's estimator, so that one stuck job teaches nothing.
/// </remarks>
public sealed class ServiceTimes(double assumedSeconds, double usableError)
{
    private const double CheckpointPrior = 3;
    private const double KindPrior = 3;
    private const double HabitPrior = 3;
    private const int LeastObservations = 50;
    private const int MostKinds = 20_000;
    private const double Clip = 1;
    private readonly Dictionary<string, Part> _checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<Kind, Part> _kinds = [];
    private readonly Dictionary<(string Tenant, string Checkpoint), Part> _habits = [];
    private readonly RecentMedian _errors = new(512);
    private readonly Part _level = new();
    private readonly SizeSlope _size = new();
    private double _sum;
    private double _ratios;

    /// <summary>Jobs seen.</summary>
    public long Observations => (long)_level.Count;

    /// <summary>Mean seconds of all jobs seen.</summary>
    public double Mean => (_sum + 5 * assumedSeconds) / (_level.Count + 5);

    /// <summary>Median over the last jobs of |estimate − actual| / actual, each estimated before it ran; 1 before there are any.</summary>
    public double MedianError => _errors.Count == 0 ? 1 : _errors.Median;

    /// <summary>Whether estimates per job are good enough to be used.</summary>
    public bool Usable => _level.Count >= LeastObservations && MedianError <= usableError;

    /// <summary>Seconds on the reference GPU: the job's own estimate where that is usable, else the mean.</summary>
    public double Expect(DispatchJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!Usable) return Mean;
        return Estimate(job) * Math.Clamp(_ratios / _level.Count, 0.5, 2);
    }

    /// <summary>The job's own estimate, a median rather than a mean, usable or not.</summary>
    public double Estimate(DispatchJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return _level.Count == 0 ? assumedSeconds : Math.Exp(_level.Mean + _size.Part(job) + CheckpointPart(job) + KindPart(job) + HabitPart(job));
    }

    /// <param name="seconds">Execution time on the reference GPU: the measured time multiplied by the instance's speed.</param>
    public void Observe(DispatchJob job, double seconds)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!(seconds > 0) || double.IsInfinity(seconds)) return;
        var estimate = Estimate(job);
        if (_level.Count > 0) _errors.Add(Math.Abs(estimate - seconds) / seconds);

        var left = Math.Log(seconds);
        var beyondSize = left - _size.Part(job);
        _level.Add(_level.Count == 0 ? beyondSize : Math.Clamp(beyondSize - _level.Mean, -Clip, Clip) + _level.Mean);
        _size.Learn(job, Math.Clamp(beyondSize - _level.Mean, -Clip, Clip));
        left -= _level.Mean + _size.Part(job);
        Of(_checkpoints, job.Checkpoint).Add(Math.Clamp(left, -Clip, Clip));
        left -= CheckpointPart(job);
        Of(_kinds, Kind.Of(job)).Add(Math.Clamp(left, -Clip, Clip));
        left -= KindPart(job);
        Of(_habits, (job.Tenant, job.Checkpoint)).Add(Math.Clamp(left, -Clip, Clip));
        _sum += seconds;
        _ratios += Math.Clamp(seconds / estimate, 0, 10);
    }

    private double CheckpointPart(DispatchJob job) =>
        _checkpoints.TryGetValue(job.Checkpoint, out var part) ? part.Shrunk(CheckpointPrior) : 0;

    private double KindPart(DispatchJob job) => _kinds.TryGetValue(Kind.Of(job), out var part) ? part.Shrunk(KindPrior) : 0;

    private double HabitPart(DispatchJob job) =>
        _habits.TryGetValue((job.Tenant, job.Checkpoint), out var part) ? part.Shrunk(HabitPrior) : 0;

    private static Part Of<TKey>(Dictionary<TKey, Part> parts, TKey key)
        where TKey : notnull
    {
        if (parts.TryGetValue(key, out var part)) return part;
        if (parts.Count >= MostKinds) parts.Clear();
        return parts[key] = new Part();
    }

    private readonly record struct Kind(string Checkpoint, int Steps, long Pixels, int Images)
    {
        public static Kind Of(DispatchJob job) => new(job.Checkpoint, job.Steps, job.Pixels, job.Images);
    }

    private sealed class Part
    {
        public double Count { get; private set; }

        public double Mean { get; private set; }

        public void Add(double value) => Mean += (value - Mean) / ++Count;

        public double Shrunk(double prior) => Mean * Count / (Count + prior);
    }
}
