namespace GenAI.ModelServer.Imaging;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014, OOPSLA): a reproducible generator, unlike <see cref="Random"/>, whose algorithm may
/// change between runtimes. A mutable value: pass it by reference.
/// </summary>
internal struct SplitMix(ulong seed)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(seed + GoldenGamma);

    public ulong Next() => Mix(_state += GoldenGamma);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => double.Lerp(low, high, NextDouble());

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[(int)(Next() % (uint)choices.Length)];

    /// <summary>The generator's finaliser: spreads any number over all 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
