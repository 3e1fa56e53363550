using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// The sizes of a plane's resolutions, each half the one before (rounded up), and the two steps between neighbours: the
/// pyramid of Burt and Adelson 1983 (IEEE Trans. Commun. 31) with a 2×2 mean downwards, so that white noise stays white with a quarter of the
/// variance, and bilinear interpolation upwards.
/// </summary>
internal sealed class Pyramid
{
    private const int SmallestSide = 4;
    private const float NearWeight = 0.75f;

    private readonly float[] _row;
    private readonly float[] _near;

    public Pyramid(int width, int height)
    {
        var sizes = new List<(int Width, int Height)> { (width, height) };
        while (Math.Min(sizes[^1].Width, sizes[^1].Height) > SmallestSide)
            sizes.Add(((sizes[^1].Width + 1) / 2, (sizes[^1].Height + 1) / 2));
        Sizes = [.. sizes];
        _row = new float[width];
        _near = new float[width];
    }

    /// <summary>Finest first.</summary>
    public (int Width, int Height)[] Sizes { get; }

    public int Coarsest => Sizes.Length - 1;

    public int Samples(int level) => Sizes[level].Width * Sizes[level].Height;

    /// <summary>One plane of an image in latent planes.</summary>
    public Span<float> Plane(Span<float> planes, int plane) => planes.Slice(plane * Samples(0), Samples(0));

    /// <inheritdoc cref="Plane(Span{float}, int)"/>
    public ReadOnlySpan<float> Plane(ReadOnlySpan<float> planes, int plane) => planes.Slice(plane * Samples(0), Samples(0));

    /// <summary>Buffers for one plane's levels.</summary>
    public PooledFloats[] Rent(int from = 0) => [.. Enumerable.Range(from, Sizes.Length - from).Select(level => new PooledFloats(Samples(level)))];

    /// <param name="fine">A plane at <paramref name="level"/>.</param>
    /// <param name="coarse">Receives the plane at the next level.</param>
    /// <param name="level">The finer of the two.</param>
    public void Shrink(ReadOnlySpan<float> fine, Span<float> coarse, int level)
    {
        var (width, height) = Sizes[level];
        var (halfWidth, halfHeight) = Sizes[level + 1];
        for (var y = 0; y < halfHeight; y++)
        {
            var upper = fine.Slice(2 * y * width, width);
            var lower = fine.Slice(Math.Min(2 * y + 1, height - 1) * width, width);
            var sum = _row.AsSpan(0, width);
            TensorPrimitives.Add(upper, lower, sum);
            ShrinkRow(sum, coarse.Slice(y * halfWidth, halfWidth));
        }
    }

    /// <summary>Adds the interpolated coarse plane to the fine one.</summary>
    public void AddGrown(ReadOnlySpan<float> coarse, Span<float> fine, int level)
    {
        var (width, height) = Sizes[level];
        var (halfWidth, halfHeight) = Sizes[level + 1];
        for (var y = 0; y < height; y++)
        {
            var near = y / 2;
            var far = Math.Clamp(y % 2 == 0 ? near - 1 : near + 1, 0, halfHeight - 1);
            var blend = _row.AsSpan(0, halfWidth);
            TensorPrimitives.Lerp(coarse.Slice(far * halfWidth, halfWidth), coarse.Slice(near * halfWidth, halfWidth), NearWeight, blend);
            AddGrownRow(blend, fine.Slice(y * width, width));
        }
    }

    private static void ShrinkRow(ReadOnlySpan<float> sum, Span<float> coarse)
    {
        const float quarter = 0.25f;
        var whole = sum.Length / 2;
        for (var x = 0; x < whole; x++)
            coarse[x] = quarter * (sum[2 * x] + sum[2 * x + 1]);
        if (whole < coarse.Length)
            coarse[whole] = 2 * quarter * sum[^1];
    }

    private void AddGrownRow(ReadOnlySpan<float> blend, Span<float> fine)
    {
        var near = _near.AsSpan(0, blend.Length);
        TensorPrimitives.Multiply(blend, NearWeight, near);
        var last = blend.Length - 1;
        for (var x = 0; x < fine.Length / 2; x++)
        {
            fine[2 * x] += near[x] + (1 - NearWeight) * blend[Math.Max(x - 1, 0)];
            fine[2 * x + 1] += near[x] + (1 - NearWeight) * blend[Math.Min(x + 1, last)];
        }

        if (fine.Length % 2 == 1)
            fine[^1] += near[last] + (1 - NearWeight) * blend[Math.Max(last - 1, 0)];
    }
}
