using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// Deterministic DDIM (η = 0): Song et al. 2020 (arXiv 2010.02502), equation 12. Divided by √ᾱ, "predicted x₀ plus direction
/// to xₜ" is D + σ'·ε with ε = (x - D)/σ. Algebraically these are Euler's steps (ibid., section 4.3): ComfyUI's "ddim" is its
/// Euler sampler as well.
/// </summary>
internal sealed class DdimSampler : ISampler
{
    public string Name => "ddim";

    public void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run)
    {
        using var clean = new PooledFloats(x.Length);
        for (var i = 0; i + 1 < sigmas.Length; i++)
        {
            run.Denoise(x, sigmas[i], clean.Span);
            TensorPrimitives.Subtract(x, clean.Span, x.AsSpan());
            TensorPrimitives.Multiply(x, (float)(1 / sigmas[i]), x);
            TensorPrimitives.MultiplyAdd(x, (float)sigmas[i + 1], clean.Span, x);
            run.StepDone(x, sigmas[i + 1]);
        }
    }
}
