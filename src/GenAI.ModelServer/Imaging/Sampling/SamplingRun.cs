using GenAI.ModelServer.Imaging.Denoising;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>What a sampler sees of one image's run.</summary>
internal sealed class SamplingRun(
    IConditionedDenoiser denoiser, GaussianNoise noise, SamplingObserver observer, CancellationToken cancellationToken)
{
    public GaussianNoise Noise { get; } = noise;

    /// <exception cref="OperationCanceledException">Between evaluations, when the run was cancelled.</exception>
    public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
    {
        cancellationToken.ThrowIfCancellationRequested();
        denoiser.Denoise(noisy, sigma, clean);
    }

    /// <param name="x">The image after the step.</param>
    /// <param name="sigma">Its noise level.</param>
    public void StepDone(float[] x, double sigma) => observer.StepDone(x, sigma);
}
