namespace GenAI.Simulator.Traces;

/// <summary>Numbers in 0..1 that depend on what they are for, not on the order in which they are asked for.</summary>
/// <remarks>
/// Every policy so meets the same luck: request 17 of seed 3 takes the same time to load whoever loads it. The mixing steps
/// are SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
/// </remarks>
internal static class Mixing
{
    public static double Unit(int seed, int index, int purpose)
    {
        var z = ((ulong)(uint)seed << 40) ^ ((ulong)(uint)purpose << 34) ^ (uint)index;
        z += 0x9E3779B97F4A7C15UL;
        z = Scramble(Scramble(z) + 0x9E3779B97F4A7C15UL);
        return (z >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Scramble(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
