namespace GenAI.Scheduling.Dispatch.Learning;

/// <summary>
/// The mean of what was seen, exponential once that is more than it remembers: what has changed is learned within as many observations,
/// however long the service has run.
/// </summary>
internal sealed class LearnedMean(int mostRemembered = LearnedMean.Remembered)
{
    public const int Remembered = 1_000;

    /// <summary>How many values there were.</summary>
    public long Count { get; private set; }

    /// <summary>0 before there is any.</summary>
    public double Value { get; private set; }

    public void Add(double value) => Value += (value - Value) / Math.Min(++Count, mostRemembered);

    /// <summary>The mean if there had been <paramref name="weight"/> more values, all <paramref name="prior"/>.</summary>
    public double DrawnTo(double prior, double weight) => (Value * Count + prior * weight) / (Count + weight);
}
