using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>Euler steps along dx/dσ = (x - D(x; σ)) / σ: Karras et al. 2022 (arXiv 2206.00364), algorithm 1 without its correction.</summary>
internal sealed class EulerSampler : ISampler
{
    public string Name => "euler";

    public void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run)
    {
        using var clean = new PooledFloats(x.Length);
        for (var i = 0; i + 1 < sigmas.Length; i++)
        {
            run.Denoise(x, sigmas[i], clean.Span);
            Step(x, clean.Span, sigmas[i], sigmas[i + 1]);
            run.StepDone(x, sigmas[i + 1]);
        }
    }

    /// <summary>x + (x - clean)/σ · (σ' - σ), written as the blend it is: exactly the clean image where σ' is 0.</summary>
    public static void Step(Span<float> x, ReadOnlySpan<float> clean, double sigma, double next) =>
        TensorPrimitives.Lerp(clean, x, (float)(next / sigma), x);
}
