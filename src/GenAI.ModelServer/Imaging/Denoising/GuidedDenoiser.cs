using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): from the unconditional estimate towards the positive one
/// and away from the negative one, at the cost of evaluating each. The plain extrapolation burns colours out, so
/// <list type="bullet">
/// <item>along the positive direction p = D₊ - D∅, where it only raises contrast and saturation, most of it is dropped (adaptive
/// projected guidance, Sadat et al. 2024, arXiv 2410.02416, section 3: its η);</item>
/// <item>of the negative direction n = D₋ - D∅ only the part perpendicular to p counts, as far as it is small beside p
/// (Perp-Neg, Armandpour et al. 2023, arXiv 2304.04968): what is wanted and unwanted alike stays wanted.</item>
/// </list>
/// D = D₊ + η(w-1)·p - c·n⊥, with c = ν(w-1) but at most κ|p|/|n⊥|.
/// </summary>
/// <param name="positive">What is wanted.</param>
/// <param name="unconditional">Neither wanted nor unwanted.</param>
/// <param name="negative">What is unwanted; null where that is nothing in particular, and one evaluation is saved.</param>
/// <param name="cfg">The guidance scale w; 1 leaves the positive estimate as it is.</param>
internal sealed class GuidedDenoiser(
    IConditionedDenoiser positive, IConditionedDenoiser unconditional, IConditionedDenoiser? negative, double cfg) : IConditionedDenoiser
{
    private const double AlongPositive = 0.01;
    private const double AwayFromNegative = 0.05;
    private const double MaxShift = 0.15;

    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        using var neutral = new PooledFloats(noisy.Length);
        using var direction = new PooledFloats(noisy.Length);
        unconditional.Denoise(noisy, sigma, neutral.Span);
        positive.Denoise(noisy, sigma, clean);
        TensorPrimitives.Subtract(clean, neutral.Span, direction.Span);
        TensorPrimitives.MultiplyAdd(direction.Span, (float)(AlongPositive * (cfg - 1)), clean, clean);
        if (negative is null)
            return;

        using var unwanted = new PooledFloats(noisy.Length);
        negative.Denoise(noisy, sigma, unwanted.Span);
        TensorPrimitives.Subtract(unwanted.Span, neutral.Span, unwanted.Span);
        Repel(clean, direction.Span, unwanted.Span);
    }

    public void Dispose()
    {
        positive.Dispose();
        unconditional.Dispose();
        negative?.Dispose();
    }

    /// <param name="clean">Receives the shift.</param>
    /// <param name="wanted">p.</param>
    /// <param name="unwanted">n; overwritten.</param>
    private void Repel(Span<float> clean, ReadOnlySpan<float> wanted, Span<float> unwanted)
    {
        var energy = TensorPrimitives.SumOfSquares(wanted);
        if (energy > 0)
            TensorPrimitives.MultiplyAdd(wanted, -TensorPrimitives.Dot(wanted, unwanted) / energy, unwanted, unwanted);

        var length = TensorPrimitives.Norm<float>(unwanted);
        if (length == 0)
            return;

        var limit = MaxShift * Math.Sqrt(energy) / length;
        TensorPrimitives.MultiplyAdd(unwanted, (float)-Math.Clamp(AwayFromNegative * (cfg - 1), -limit, limit), clean, clean);
    }
}
