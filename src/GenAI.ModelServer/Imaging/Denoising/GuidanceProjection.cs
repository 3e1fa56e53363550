using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Adaptive projected guidance (Sadat et al. 2024, arXiv 2410.02416): of the difference between two estimates, the part along
/// the positive one only raises contrast and saturation, and is dropped; what is left is limited in size. It is done band by
/// band of a pyramid (Sadat et al. 2025, arXiv 2506.19713), because at most noise levels only some bands still differ.
/// </summary>
internal sealed class GuidanceProjection(Pyramid pyramid) : IDisposable
{
    /// <summary>Limit of the difference's root mean square (r of the first paper, per sample), before the guidance scale multiplies it.</summary>
    private const double MaxDifference = 0.02;

    private readonly PooledFloats[] _wanted = pyramid.Rent();
    private readonly PooledFloats[] _difference = pyramid.Rent();

    /// <param name="clean">The positive estimate; receives the guided one.</param>
    /// <param name="unwanted">The negative estimate; overwritten.</param>
    /// <param name="cfg">1 leaves the positive estimate as it is.</param>
    public void Guide(Span<float> clean, Span<float> unwanted, double cfg)
    {
        TensorPrimitives.Subtract(clean, unwanted, unwanted);
        for (var plane = 0; plane < Latent.Planes; plane++)
            Project(pyramid.Plane(clean, plane), pyramid.Plane(unwanted, plane));

        var length = TensorPrimitives.Norm<float>(unwanted) / Math.Sqrt(unwanted.Length);
        var weight = (cfg - 1) * Math.Min(1, MaxDifference / Math.Max(length, float.Epsilon));
        TensorPrimitives.MultiplyAdd(unwanted, (float)weight, clean, clean);
    }

    public void Dispose()
    {
        foreach (var buffer in _wanted.Concat(_difference))
            buffer.Dispose();
    }

    /// <summary>Takes out of each band of the difference what lies along the same band of the wanted estimate.</summary>
    private void Project(ReadOnlySpan<float> wanted, Span<float> difference)
    {
        pyramid.Split(wanted, _wanted);
        pyramid.Split(difference, _difference);
        for (var level = 0; level <= pyramid.Coarsest; level++)
        {
            Span<float> along = _wanted[level].Span, band = _difference[level].Span;
            var energy = TensorPrimitives.SumOfSquares<float>(along);
            if (energy > 0)
                TensorPrimitives.MultiplyAdd(along, -TensorPrimitives.Dot<float>(along, band) / energy, band, band);
        }

        pyramid.Join(_difference);
        _difference[0].Span.CopyTo(difference);
    }
}
