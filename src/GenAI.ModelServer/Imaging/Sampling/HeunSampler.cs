using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// Heun's second-order steps: Karras et al. 2022 (arXiv 2206.00364), algorithm 1. Two evaluations a step, except for the last.
/// </summary>
internal sealed class HeunSampler : ISampler
{
    public string Name => "heun";

    public void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run)
    {
        using var clean = new PooledFloats(x.Length);
        using var ahead = new PooledFloats(x.Length);
        using var cleanAhead = new PooledFloats(x.Length);
        for (var i = 0; i + 1 < sigmas.Length; i++)
        {
            var (sigma, next) = (sigmas[i], sigmas[i + 1]);
            run.Denoise(x, sigma, clean.Span);
            if (next == 0)
            {
                EulerSampler.Step(x, clean.Span, sigma, next);
            }
            else
            {
                x.CopyTo(ahead.Span);
                EulerSampler.Step(ahead.Span, clean.Span, sigma, next);
                run.Denoise(ahead.Span, next, cleanAhead.Span);
                Correct(x, clean.Span, ahead.Span, cleanAhead.Span, sigma, next);
            }

            run.StepDone(x, next);
        }
    }

    /// <summary>x + (σ' - σ)/2 · ((x - clean)/σ + (ahead - cleanAhead)/σ'); overwrites clean and ahead.</summary>
    private static void Correct(Span<float> x, Span<float> clean, Span<float> ahead, ReadOnlySpan<float> cleanAhead, double sigma, double next)
    {
        var half = (next - sigma) / 2;
        TensorPrimitives.Subtract(x, clean, clean);
        TensorPrimitives.Subtract(ahead, cleanAhead, ahead);
        TensorPrimitives.MultiplyAdd(clean, (float)(half / sigma), x, x);
        TensorPrimitives.MultiplyAdd(ahead, (float)(half / next), x, x);
    }
}
