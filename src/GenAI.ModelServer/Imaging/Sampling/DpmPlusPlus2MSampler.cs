using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// DPM-Solver++(2M): Lu et al. 2022 (arXiv 2211.01095), algorithm 2, second-order from the previous evaluation. In t = -log σ
/// a step of h takes x to (σ'/σ)·x + (1 - e⁻ʰ)·D, where D is extrapolated from this and the last estimate.
/// </summary>
internal sealed class DpmPlusPlus2MSampler : ISampler
{
    public string Name => "dpmpp_2m";

    public void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run)
    {
        using var first = new PooledFloats(x.Length);
        using var second = new PooledFloats(x.Length);
        var (clean, last) = (first, second);
        for (var i = 0; i + 1 < sigmas.Length; i++)
        {
            var (sigma, next) = (sigmas[i], sigmas[i + 1]);
            run.Denoise(x, sigma, clean.Span);
            if (i > 0 && next > 0)
                Extrapolate(clean.Span, last.Span, Math.Log(sigmas[i - 1] / sigma) / Math.Log(sigma / next));

            // With the extrapolated estimate in the place of `last`, which is not needed again, an Euler step in σ is the exponential step.
            EulerSampler.Step(x, i > 0 && next > 0 ? last.Span : clean.Span, sigma, next);
            (clean, last) = (last, clean);
            run.StepDone(x, next);
        }
    }

    /// <summary>last ← clean + (clean - last) / 2r.</summary>
    private static void Extrapolate(ReadOnlySpan<float> clean, Span<float> last, double r) =>
        TensorPrimitives.Lerp(last, clean, (float)(1 + 1 / (2 * r)), last);
}
