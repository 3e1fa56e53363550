namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// How long loads take, learned from those that were seen: the mean per checkpoint and by how it was found on the
/// instance, each drawn to the mean over all checkpoints while there are few observations.
/// </summary>
/// <remarks>
/// A checkpoint that the instance held a short while ago is still in its host's page cache and loads several times faster
/// than one read from disk or network. Which of the two it will be is not visible from here; how many other checkpoints the
/// instance has loaded since is, and the loads seen tell what that is worth on this fleet (nothing, where there is no cache).
/// </remarks>
public sealed class LoadTimes(double assumedSeconds)
{
    private const double PriorWeight = 4;

    /// <summary>What was assumed is soon dropped: where loads are quick, too much of it would keep jobs from instances that could have them.</summary>
    private const double AssumedWeight = 1;

    /// <summary>Loads are seldom: more of one checkpoint would be a memory of weeks.</summary>
    private const int MostOfOne = 100;
    internal const int Remembered = 8;
    private readonly Dictionary<string, LearnedMean[]> _checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _instances = new(StringComparer.Ordinal);
    private readonly LearnedMean _all = new();
    private readonly LearnedMean[] _means = [new(), new()];

    /// <summary>Loads seen.</summary>
    public long Observations => _all.Count;

    /// <summary>Seconds that loading <paramref name="checkpoint"/> onto the instance is expected to take.</summary>
    public double Expect(string checkpoint, string instance) => Expect(checkpoint, Recently(checkpoint, instance) ? 1 : 0);

    /// <summary>As <see cref="Expect(string, string)"/>, where the instance is not known: the time without its cache.</summary>
    public double Expect(string checkpoint) => Expect(checkpoint, 0);

    public void Observe(string checkpoint, string instance, double seconds)
    {
        if (!(seconds >= 0) || double.IsInfinity(seconds)) throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "expected 0 or more.");
        var found = Recently(checkpoint, instance) ? 1 : 0;
        _all.Add(seconds);
        _means[found].Add(seconds);
        if (!_checkpoints.TryGetValue(checkpoint, out var own)) _checkpoints[checkpoint] = own = [new(MostOfOne), new(MostOfOne)];
        own[found].Add(seconds);
        Remember(checkpoint, instance);
    }

    /// <summary>Drops what is known of an instance that is gone; a new one under its id starts with a cold cache.</summary>
    public void Forget(string instance) => _instances.Remove(instance);

    /// <summary>With and without the cache of the instance's host.</summary>
    internal (double Cold, double Cached) ExpectBoth(string checkpoint) => (Expect(checkpoint, 0), Expect(checkpoint, 1));

    /// <summary>The checkpoints that the instance loaded last; null when none was seen.</summary>
    internal List<string>? RecentOf(string instance) => _instances.GetValueOrDefault(instance);

    private double Expect(string checkpoint, int found)
    {
        var mean = _means[found].DrawnTo(_all.DrawnTo(assumedSeconds, AssumedWeight), PriorWeight);
        return _checkpoints.TryGetValue(checkpoint, out var own) ? own[found].DrawnTo(mean, PriorWeight) : mean;
    }

    private bool Recently(string checkpoint, string instance) =>
        _instances.TryGetValue(instance, out var loaded) && loaded.Contains(checkpoint);

    private void Remember(string checkpoint, string instance)
    {
        if (!_instances.TryGetValue(instance, out var loaded)) _instances[instance] = loaded = new List<string>(Remembered + 1);
        loaded.Remove(checkpoint);
        loaded.Insert(0, checkpoint);
        if (loaded.Count > Remembered) loaded.RemoveAt(Remembered);
    }
}
