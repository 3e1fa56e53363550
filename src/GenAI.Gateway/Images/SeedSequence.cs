using System.Security.Cryptography;

namespace GenAI.Gateway.Images;

/// <summary>
/// The seeds of a request's images: the seed itself, and then the next ones, so that any image of a batch can be made again alone.
/// Example: seed 7 and three images → 7, 8, 9.
/// </summary>
internal static class SeedSequence
{
    /// <summary>Seeds that we draw can be held by a JavaScript number.</summary>
    private const long DrawnBelow = 1L << 53;

    public static long Draw() => Within(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))));

    /// <summary>The seed among those that we draw that random bits stand for.</summary>
    public static long Within(long bits) => bits & (DrawnBelow - 1);

    /// <summary>So many images like the first, each with its own seed.</summary>
    public static ImageWork[] Spread(ImageWork first, int count) =>
        [.. Enumerable.Range(0, count).Select(index => first with { Seed = At(first.Seed, index) })];

    /// <summary>Never negative: after the largest seed comes 0.</summary>
    public static long At(long seed, int index) => unchecked(seed + index) & long.MaxValue;
}
