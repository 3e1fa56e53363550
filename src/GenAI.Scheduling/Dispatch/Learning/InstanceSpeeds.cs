namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// How fast each instance is relative to the others, learned from the jobs that it has done: what each took there, against what it was
/// expected to take on the reference GPU. Instances that cannot be told apart are equal.
/// </summary>
/// <remarks>
/// <para>log (measured / estimated) = common + slowness of the instance + noise. The slowness is a local level (a random walk seen through noise;
/// Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989), followed by its Kalman filter: it begins at that of
/// the others, moves little after few jobs, and forgets slowly. The noise is learned too: a few jobs suffice where times are
/// told well, and tens or hundreds are needed where all jobs look alike. Errors are clipped as in Huber's estimator, so that one stuck job teaches little.
/// The common part follows quickly what concerns all, such as longer jobs in the evening.</para>
/// <para>Then the instances are compared. As long as one stands out from the mean of those that count as equal, by three and a half standard errors and by
/// a fifth, the one that stands out most is taken from among them, with those beside it (as outliers are in the generalized extreme studentized
/// deviate test; Rosner, 1983). Who is left has one and the same speed.</para>
/// <para>The reference GPU is where the logarithms of the speeds are 0 on average. It stays what it is when instances come and go, so that what
/// was learned of times on it remains true.</para>
/// <para>Worked example: four instances, the last half as fast as the others. All are at 1 until it stands out; then three are at 1.19 and
/// it is at 0.59. When it goes, the others stay at 1.19.</para>
/// </remarks>
public sealed class InstanceSpeeds
{
    /// <summary>A speed is at most so many times that of the usual instance, and at least the reciprocal.</summary>
    public const double Widest = 8;

    private const int MostInstances = 1000;
    private const double CommonMemory = 64;
    private const double NoiseMemory = 256;
    private const double NoisePrior = 10;
    private const double LeastClip = 0.5;
    private const double ClipDeviations = 2.5;
    private const double StandardErrors = 3.5;
    private static readonly double LeastDifference = Math.Log(1.2);
    private static readonly double MostDifference = Math.Log(Widest);

    private readonly Dictionary<string, Slowness> _instances = new(StringComparer.Ordinal);
    private double _common;
    private double _noise = 1;
    private double _meanLog;
    private double _usualLog;
    private long _observations;

    /// <summary>Jobs per second of those that are equal, relative to the reference GPU, and of an instance of which nothing is known.</summary>
    public double Usual => Math.Exp(_usualLog);

    /// <summary>Jobs per second relative to the reference GPU: 2 is twice as fast.</summary>
    public double Of(string instance) => _instances.TryGetValue(instance, out var own) ? Math.Exp(_usualLog - own.Beyond) : Usual;

    /// <param name="instance">Has done a job.</param>
    /// <param name="seconds">Measured, without loading.</param>
    /// <param name="estimated">Seconds that such a job takes on the reference GPU, as well as is known.</param>
    public void Observe(string instance, double seconds, double estimated)
    {
        var measured = Math.Log(seconds / estimated);
        if (!double.IsFinite(measured)) return;
        var own = Find(instance);
        own.LastSeen = ++_observations;
        var clip = Math.Max(LeastClip, ClipDeviations * Math.Sqrt(_noise));
        var error = Math.Clamp(measured - _common - own.Mean, -clip, clip);
        _noise += (error * error - _noise) / Math.Min(_observations + NoisePrior, NoiseMemory);
        var shared = error / Math.Min(_observations, CommonMemory);
        _common += shared;
        own.Learn(error - shared, _noise);
        Compare();
        _usualLog = _meanLog + MeanBeyond;
    }

    /// <summary>Drops what is known of an instance that is gone; under its id there may be another GPU next.</summary>
    public void Forget(string instance)
    {
        if (_instances.Remove(instance)) KeepReference();
    }

    private double MeanBeyond => _instances.Count == 0 ? 0 : _instances.Values.Average(own => own.Beyond);

    private Slowness Find(string instance)
    {
        if (_instances.TryGetValue(instance, out var own)) return own;
        if (_instances.Count >= MostInstances) _instances.Remove(_instances.MinBy(other => other.Value.LastSeen).Key);
        own = _instances[instance] = new Slowness(_instances.Count == 0 ? 0 : _instances.Values.Average(other => other.Mean));
        KeepReference();
        return own;
    }

    /// <summary>There are other instances than before; those that remain are as fast as they were.</summary>
    private void KeepReference()
    {
        Compare();
        _meanLog = _usualLog - MeanBeyond;
    }

    private void Compare()
    {
        foreach (var own in _instances.Values) (own.StandsOut, own.Beyond) = (false, 0);
        while (TakeOut(MeanOfEqual()))
        {
        }

        var usual = MeanOfEqual().Mean;
        foreach (var own in _instances.Values)
        {
            if (own.StandsOut) own.Beyond = Math.Clamp(own.Mean - usual, -MostDifference, MostDifference);
        }
    }

    /// <summary>Weighted by how well each is known.</summary>
    private (double Mean, double Weight) MeanOfEqual()
    {
        var (sum, weight) = (0.0, 0.0);
        foreach (var own in _instances.Values)
        {
            if (own.StandsOut) continue;
            sum += own.Mean / own.Variance;
            weight += 1 / own.Variance;
        }

        return (sum / weight, weight);
    }

    /// <summary>
    /// Takes out the one that stands out most, and all that stand out on its side of the mean: without it the mean is farther from them still.
    /// </summary>
    private bool TakeOut((double Mean, double Weight) equal)
    {
        var most = 0.0;
        foreach (var own in _instances.Values)
        {
            var deviation = own.StandsOut ? 0 : Deviation(own, equal);
            if (Math.Abs(deviation) > Math.Abs(most)) most = deviation;
        }

        if (most == 0) return false;
        foreach (var own in _instances.Values) own.StandsOut |= Deviation(own, equal) * most > 0;
        return true;
    }

    /// <summary>From the mean, in standard errors; 0 where it is not conspicuous.</summary>
    private static double Deviation(Slowness own, (double Mean, double Weight) equal)
    {
        var difference = own.Mean - equal.Mean;
        if (Math.Abs(difference) < LeastDifference) return 0;
        // The mean has a part of its own error: Var(x − mean) = Var(x) − 1 / weight.
        var deviation = difference / Math.Sqrt(own.Variance - 1 / equal.Weight);
        return Math.Abs(deviation) > StandardErrors ? deviation : 0;
    }

    /// <summary>By how much more time an instance takes, as a logarithm: what is believed, and how firmly.</summary>
    private sealed class Slowness(double initially)
    {
        /// <summary>Before anything was seen: two of three GPUs of a fleet are within a factor of 1.65.</summary>
        private const double Prior = 0.25;

        /// <summary>By so much a GPU may change from job to job, as a variance.</summary>
        private const double Forgetting = 1e-5;

        public double Mean { get; private set; } = initially;

        public double Variance { get; private set; } = Prior;

        public bool StandsOut { get; set; }

        /// <summary>By how much it is slower than the usual instance; 0 where it is one of them.</summary>
        public double Beyond { get; set; }

        /// <summary>Which job of all was its last.</summary>
        public long LastSeen { get; set; }

        public void Learn(double error, double noise)
        {
            var gain = Variance / (Variance + noise);
            Mean += gain * error;
            Variance = (1 - gain) * Variance + Forgetting;
        }
    }
}
