using GenAI.Scheduling.Dispatch.Learning;

namespace GenAI.Scheduling.Dispatch.Estimation;

/// <summary>
/// Learns online how long jobs run, and how wrong it is. The estimate is used per job only while its error is small enough;
/// otherwise the mean over all jobs stands for each, because a bad estimate is worse than none.
/// </summary>
/// <remarks>
/// log t = level + size + checkpoint + (checkpoint, steps, pixels, images) + (tenant, checkpoint). The size is a power, learned as it comes, of
/// steps × pixels × images, so that jobs of sizes never seen are told apart too; each other part is the mean of what the parts before it left
/// over, drawn to 0 by a prior of a few observations, so that a kind of job seen once says little. Leftovers are clipped
/// at ±1 (a factor of e) as in Huber's estimator, so that one stuck job teaches nothing. What has changed is learned within
/// <see cref="LearnedMean.Remembered"/> jobs.
/// </remarks>
public sealed class ServiceTimes(double assumedSeconds, double usableError)
{
    private const double AssumedPrior = 5;
    private const double CheckpointPrior = 3;
    private const double KindPrior = 3;
    private const double HabitPrior = 3;
    private const int LeastObservations = 50;
    private const int MostKinds = 20_000;
    private const double Clip = 1;
    private readonly Dictionary<string, LearnedMean> _checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<Kind, LearnedMean> _kinds = [];
    private readonly Dictionary<(string Tenant, string Checkpoint), LearnedMean> _habits = [];
    private readonly RecentMedian _errors = new(512);
    private readonly LearnedMean _level = new();
    private readonly LearnedMean _mean = new();
    private readonly LearnedMean _ratio = new();
    private readonly SizeSlope _size = new(LearnedMean.Remembered);

    /// <summary>Jobs seen.</summary>
    public long Observations => _level.Count;

    /// <summary>Mean seconds of the jobs seen, among which the assumed seconds count as a few.</summary>
    public double Mean => _mean.DrawnTo(assumedSeconds, AssumedPrior);

    /// <summary>Median over the last jobs of |estimate − actual| / actual, each estimated before it ran; 1 before there are any.</summary>
    public double MedianError => _errors.Count == 0 ? 1 : _errors.Median;

    /// <summary>Whether estimates per job are good enough to be used.</summary>
    public bool Usable => _level.Count >= LeastObservations && MedianError <= usableError;

    /// <summary>Seconds on the reference GPU: the job's own estimate where that is usable, else the mean.</summary>
    public double Expect(DispatchJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!Usable) return Mean;
        return Estimate(job) * Math.Clamp(_ratio.Value, 0.5, 2);
    }

    /// <summary>The job's own estimate, a median rather than a mean, usable or not.</summary>
    public double Estimate(DispatchJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return _level.Count == 0 ? assumedSeconds : Math.Exp(_level.Value + _size.Part(job) + CheckpointPart(job) + KindPart(job) + HabitPart(job));
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
        _level.Add(_level.Count == 0 ? beyondSize : Math.Clamp(beyondSize - _level.Value, -Clip, Clip) + _level.Value);
        _size.Learn(job, Math.Clamp(beyondSize - _level.Value, -Clip, Clip));
        left -= _level.Value + _size.Part(job);
        Of(_checkpoints, job.Checkpoint).Add(Math.Clamp(left, -Clip, Clip));
        left -= CheckpointPart(job);
        Of(_kinds, Kind.Of(job)).Add(Math.Clamp(left, -Clip, Clip));
        left -= KindPart(job);
        Of(_habits, (job.Tenant, job.Checkpoint)).Add(Math.Clamp(left, -Clip, Clip));
        _mean.Add(seconds);
        _ratio.Add(Math.Clamp(seconds / estimate, 0, 10));
    }

    private double CheckpointPart(DispatchJob job) =>
        _checkpoints.TryGetValue(job.Checkpoint, out var part) ? part.DrawnTo(0, CheckpointPrior) : 0;

    private double KindPart(DispatchJob job) => _kinds.TryGetValue(Kind.Of(job), out var part) ? part.DrawnTo(0, KindPrior) : 0;

    private double HabitPart(DispatchJob job) =>
        _habits.TryGetValue((job.Tenant, job.Checkpoint), out var part) ? part.DrawnTo(0, HabitPrior) : 0;

    private static LearnedMean Of<TKey>(Dictionary<TKey, LearnedMean> parts, TKey key)
        where TKey : notnull
    {
        if (parts.TryGetValue(key, out var part)) return part;
        if (parts.Count >= MostKinds) parts.Clear();
        return parts[key] = new LearnedMean();
    }

    private readonly record struct Kind(string Checkpoint, int Steps, long Pixels, int Images)
    {
        public static Kind Of(DispatchJob job) => new(job.Checkpoint, job.Steps, job.Pixels, job.Images);
    }
}
