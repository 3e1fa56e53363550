namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>
/// Keeps what a mask does not show, as ComfyUI's sampler does with a latent's noise mask: before each evaluation the kept part is the original at
/// the step's noise level, and after it the original itself.
/// </summary>
/// <param name="denoiser">What the rest is made with; disposed with this.</param>
/// <param name="original">The image's planes.</param>
/// <param name="noise">The noise of standard deviation 1 that the sampling began with.</param>
/// <param name="mask">For each pixel 1 where it is made anew, 0 where it is kept.</param>
internal sealed class MaskedDenoiser(IConditionedDenoiser denoiser, float[] original, float[] noise, float[] mask) : IConditionedDenoiser
{
    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        using var mixed = new PooledFloats(noisy.Length);
        var seen = mixed.Span;
        for (var i = 0; i < noisy.Length; i++)
        {
            var share = mask[i % mask.Length];
            seen[i] = noisy[i] * share + (original[i] + noise[i] * (float)sigma) * (1 - share);
        }

        denoiser.Denoise(seen, sigma, clean);
        for (var i = 0; i < clean.Length; i++)
        {
            var share = mask[i % mask.Length];
            clean[i] = clean[i] * share + original[i] * (1 - share);
        }
    }

    public void Dispose() => denoiser.Dispose();
}
