namespace GenAI.ModelServer.Imaging.Sampling;

/// <summary>
/// Euler steps that go lower than asked and add fresh noise back up (η = 1): the ancestral sampling of Song et al. 2020
/// (arXiv 2010.02502, equation 16) in σ, as k-diffusion's sample_euler_ancestral. It does not converge: more steps, another picture.
/// </summary>
internal sealed class EulerAncestralSampler : ISampler
{
    public string Name => "euler_ancestral";

    public void Sample(float[] x, ReadOnlySpan<double> sigmas, SamplingRun run)
    {
        using var clean = new PooledFloats(x.Length);
        for (var i = 0; i + 1 < sigmas.Length; i++)
        {
            var (down, up) = Split(sigmas[i], sigmas[i + 1]);
            run.Denoise(x, sigmas[i], clean.Span);
            EulerSampler.Step(x, clean.Span, sigmas[i], down);
            run.Noise.AddTo(x, up);
            run.StepDone(x, sigmas[i + 1]);
        }
    }

    /// <returns>The level to step down to, and the noise to add there: down² + up² = next².</returns>
    public static (double Down, double Up) Split(double sigma, double next)
    {
        var up = Math.Min(next, next * Math.Sqrt(sigma * sigma - next * next) / sigma);
        return (Math.Sqrt(next * next - up * up), up);
    }
}
