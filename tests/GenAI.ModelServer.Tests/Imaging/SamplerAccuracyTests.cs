using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.Tests.Imaging;

/// <summary>
/// Samplers against the exact solution. For data N(m, s²) the best denoiser is (s²x + σ²m)/(s² + σ²), and dx/dσ = (x - D)/σ
/// takes x at σ to m + (x - m)·√(s² + σ'²)/√(s² + σ²) at σ'.
/// </summary>
public sealed class SamplerAccuracyTests
{
    private const double Mean = 0.4;
    private const double Deviation = 0.5;

    [Theory]
    [InlineData("euler", 1)]
    [InlineData("ddim", 1)]
    [InlineData("heun", 2)]
    [InlineData("dpmpp_2m", 2)]
    public void A_deterministic_sampler_converges_at_its_order(string name, int order)
    {
        var (coarse, fine) = (Error(name, 40), Error(name, 80));

        Assert.InRange(coarse, 0, 0.1);
        Assert.InRange(Math.Log2(coarse / fine), order - 0.3, order + 0.4);
    }

    [Fact]
    public void The_ancestral_sampler_ends_with_the_data_distribution()
    {
        var samples = Run("euler_ancestral", Schedulers.Sigmas("karras", NoiseSchedule.ScaledLinear, 100), Noise());

        Assert.Equal(Mean, samples.Average(), 0.02);
        Assert.Equal(Deviation, Math.Sqrt(samples.Average(sample => (sample - Mean) * (sample - Mean))), 0.03);
    }

    [Fact]
    public void Noise_is_standard_normal_and_white()
    {
        var noise = new float[100_000];
        new GaussianNoise(3).AddTo(noise, 1);

        Assert.Equal(0, noise.Average(), 0.015);
        Assert.Equal(1, noise.Average(sample => sample * sample), 0.02);
        Assert.Equal(3, noise.Average(sample => Math.Pow(sample, 4)), 0.15);
        Assert.Equal(0, noise.Zip(noise.Skip(1)).Average(pair => pair.First * pair.Second), 0.015);
        Assert.All(noise, sample => Assert.True(float.IsFinite(sample)));
    }

    /// <summary>Of the run down to the lowest level; the last step, to 0, is not a matter of order.</summary>
    private static double Error(string name, int steps)
    {
        var sigmas = Schedulers.Sigmas("karras", NoiseSchedule.ScaledLinear, steps)[..^1];
        var start = Noise();
        var shrink = Math.Sqrt((Deviation * Deviation + sigmas[^1] * sigmas[^1]) / (Deviation * Deviation + sigmas[0] * sigmas[0]));
        return Run(name, sigmas, start).Zip(start).Max(pair => Math.Abs(pair.First - (Mean + (pair.Second - Mean) * shrink)));
    }

    private static float[] Noise()
    {
        var start = new float[4096];
        new GaussianNoise(11).AddTo(start, NoiseSchedule.ScaledLinear.SigmaMax);
        return start;
    }

    private static float[] Run(string name, double[] sigmas, float[] start)
    {
        var x = start.ToArray();
        using var denoiser = new GaussianDenoiser();
        var observer = new SamplingObserver(1, 1, sigmas.Length - 1, onStep: null);
        var run = new SamplingRun(denoiser, new GaussianNoise(5), observer, TestContext.Current.CancellationToken);
        Samplers.Find(name).Sample(x, sigmas, run);
        return x;
    }

    private sealed class GaussianDenoiser : IConditionedDenoiser
    {
        public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
        {
            var gain = Deviation * Deviation / (Deviation * Deviation + sigma * sigma);
            for (var i = 0; i < noisy.Length; i++)
                clean[i] = (float)(gain * noisy[i] + (1 - gain) * Mean);
        }

        public void Dispose()
        {
        }
    }
}
