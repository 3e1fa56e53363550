namespace GenAI.ModelServer.Imaging.Denoising;

/// <summary>Where a model is plugged in: it makes, for one image, the function that the sampler evaluates at every step.</summary>
internal interface IDenoiser
{
    /// <param name="conditioning">What the image is to show.</param>
    /// <param name="role">Whether the image is drawn towards it or away from it.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="seed">Chooses among the images that the conditioning allows.</param>
    IConditionedDenoiser Prepare(Conditioning conditioning, ConditioningRole role, int width, int height, ulong seed);
}

internal enum ConditioningRole
{
    Positive,
    Negative,
}

/// <summary>An estimate of the clean image behind a noisy one, D(x; σ) in Karras et al. 2022 (arXiv 2206.00364). Not thread-safe.</summary>
internal interface IConditionedDenoiser : IDisposable
{
    /// <param name="noisy">Clean image plus Gaussian noise of standard deviation <paramref name="sigma"/>; latent planes.</param>
    /// <param name="sigma">The noise level, above 0.</param>
    /// <param name="clean">Receives the estimate; does not overlap <paramref name="noisy"/>.</param>
    void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean);
}
