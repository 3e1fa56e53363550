using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.Imaging;

/// <summary>
/// Makes images by reversing a diffusion: noise is added to a latent and removed again in steps, each an evaluation of the
/// denoiser. Images of a batch are made one after another, so that a batch needs the working memory of one image. The same
/// request gives the same samples. Thread-safe; the callback runs on the calling thread.
/// </summary>
internal sealed class DiffusionSampler(IDenoiser denoiser)
{
    /// <summary>ComfyUI's KSampler: the noise levels come from the request's scheduler, steps and strength.</summary>
    /// <exception cref="ArgumentException">An unknown sampler or scheduler, or a number beyond <see cref="ImagingLimits"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; checked before every evaluation.</exception>
    public Latent Sample(SamplerRequest request, Action<SamplingProgress>? onStep, CancellationToken cancellationToken)
    {
        var sigmas = Schedulers.Sigmas(request.SchedulerName, NoiseSchedule.ScaledLinear, request.Steps, request.Denoise);
        return Sample(request, sigmas, onStep, cancellationToken);
    }

    /// <summary>ComfyUI's SamplerCustomAdvanced: the noise levels are given, the request's scheduler, steps and strength unused.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="sigmas">Descending noise levels, 0 at the end for a finished image. Fewer than two return the latent as it is.</param>
    /// <param name="onStep">Told after every step.</param>
    /// <param name="cancellationToken">Checked before every evaluation.</param>
    /// <exception cref="ArgumentException">An unknown sampler, noise levels that do not descend, or a number beyond <see cref="ImagingLimits"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Latent Sample(SamplerRequest request, double[] sigmas, Action<SamplingProgress>? onStep, CancellationToken cancellationToken)
    {
        var sampler = Samplers.Find(request.SamplerName);
        Validate(request, sigmas);

        var start = request.Latent;
        if (sigmas.Length < 2)
            return start;

        var observer = new SamplingObserver(start.Width, start.Height, (sigmas.Length - 1) * start.Images.Count, onStep);
        var images = new float[start.Images.Count][];
        for (var i = 0; i < images.Length; i++)
        {
            var seed = unchecked(request.Seed + (ulong)i);
            var noise = new GaussianNoise(seed);
            images[i] = Noised(start.Images[i], request.AddNoise, sigmas[0], noise);
            using var conditioned = Masked(Prepare(request, seed), start, i, images[i], sigmas[0]);
            sampler.Sample(images[i], sigmas, new SamplingRun(conditioned, noise, observer, cancellationToken));
        }

        return new Latent(start.Width, start.Height, images) { NoiseMask = start.NoiseMask };
    }

    /// <param name="noised">The image as the sampling begins, by which its noise is known.</param>
    private static IConditionedDenoiser Masked(IConditionedDenoiser denoiser, Latent start, int index, float[] noised, double sigma)
    {
        if (start.NoiseMask is not { } mask) return denoiser;
        var original = start.Images[index];
        float[] noise = [.. noised.Zip(original, (noisy, clean) => (noisy - clean) / (float)sigma)];
        return new MaskedDenoiser(denoiser, original, noise, mask);
    }

    private IConditionedDenoiser Prepare(SamplerRequest request, ulong seed)
    {
        var positive = Prepare(request.Positive, ConditioningRole.Positive);
        if (request.Cfg == 1)
            return positive;

        var negative = string.IsNullOrWhiteSpace(request.Negative.Text) ? null : Prepare(request.Negative, ConditioningRole.Negative);
        return new GuidedDenoiser(positive, Prepare(Conditioning.Unconditional, ConditioningRole.Negative), negative, request.Cfg);

        IConditionedDenoiser Prepare(Conditioning conditioning, ConditioningRole role) =>
            denoiser.Prepare(conditioning, role, request.Latent.Width, request.Latent.Height, seed);
    }

    /// <summary>At the top of the schedule the image has variance 1 + σ², as the training images had (ComfyUI's max_denoise).</summary>
    private static float[] Noised(float[] image, bool addNoise, double sigma, GaussianNoise noise)
    {
        var x = image.ToArray();
        if (addNoise)
            noise.AddTo(x, sigma >= NoiseSchedule.ScaledLinear.SigmaMax * (1 - 1e-5) ? Math.Sqrt(1 + sigma * sigma) : sigma);
        return x;
    }

    private static void Validate(SamplerRequest request, double[] sigmas)
    {
        if (!(request.Cfg is >= 0 and <= ImagingLimits.MaxCfg))
            throw new ArgumentOutOfRangeException(nameof(request), request.Cfg, $"Cfg must be 0 … {ImagingLimits.MaxCfg}.");
        if (sigmas.Length > ImagingLimits.MaxSteps + 2)
            throw new ArgumentOutOfRangeException(nameof(sigmas), sigmas.Length - 1, $"At most {ImagingLimits.MaxSteps} steps.");

        for (var i = 0; i < sigmas.Length; i++)
        {
            if (!double.IsFinite(sigmas[i]) || sigmas[i] < 0 || (i > 0 && sigmas[i] >= sigmas[i - 1]))
                throw new ArgumentException($"Noise levels must descend and not be negative; number {i} is {sigmas[i]}.", nameof(sigmas));
        }
    }
}
