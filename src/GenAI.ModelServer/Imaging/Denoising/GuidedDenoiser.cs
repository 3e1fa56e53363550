using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): away from the negative estimate, towards the positive
/// one. The plain extrapolation burns colours out, so the adaptive projected form is used (Sadat et al. 2024, arXiv 2410.02416):
/// the difference d of the two estimates is limited in length, and its part along the positive estimate, which only
/// raises contrast, is dropped: D = D₊ + (w-1)·(d - (d·D₊)/|D₊|²·D₊).
/// </summary>
internal sealed class GuidedDenoiser(IConditionedDenoiser positive, IConditionedDenoiser negative, double cfg) : IConditionedDenoiser
{
    /// <summary>The root mean square that the difference is limited to (r of the paper, per sample).</summary>
    private const double MaxDifference = 0.03;

    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        using var buffer = new PooledFloats(noisy.Length);
        var difference = buffer.Span;
        negative.Denoise(noisy, sigma, difference);
        positive.Denoise(noisy, sigma, clean);
        TensorPrimitives.Subtract(clean, difference, difference);

        var length = TensorPrimitives.Norm<float>(difference);
        var energy = TensorPrimitives.SumOfSquares<float>(clean);
        if (length == 0 || energy == 0)
            return;

        var weight = (cfg - 1) * Math.Min(1, MaxDifference * Math.Sqrt(difference.Length) / length);
        var along = TensorPrimitives.Dot<float>(difference, clean) / energy;
        TensorPrimitives.Multiply(clean, (float)(1 - weight * along), clean);
        TensorPrimitives.MultiplyAdd(difference, (float)weight, clean, clean);
    }

    public void Dispose()
    {
        positive.Dispose();
        negative.Dispose();
    }
}
