namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): away from the negative estimate, towards the positive
/// one, at the cost of evaluating both. The plain extrapolation burns colours out; see <see cref="GuidanceProjection"/>.
/// </summary>
internal sealed class GuidedDenoiser(
    IConditionedDenoiser positive, IConditionedDenoiser negative, GuidanceProjection projection, double cfg) : IConditionedDenoiser
{
    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        using var unwanted = new PooledFloats(noisy.Length);
        negative.Denoise(noisy, sigma, unwanted.Span);
        positive.Denoise(noisy, sigma, clean);
        projection.Guide(clean, unwanted.Span, cfg);
    }

    public void Dispose()
    {
        positive.Dispose();
        negative.Dispose();
        projection.Dispose();
    }
}
