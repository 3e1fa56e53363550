using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class SchedulerTests
{
    public static TheoryData<string> Names => [.. Schedulers.Names];

    [Fact]
    public void The_noise_levels_are_those_of_Stable_Diffusion()
    {
        Assert.Equal(0.0291675, NoiseSchedule.ScaledLinear.SigmaMin, 1e-6);
        Assert.Equal(14.614642, NoiseSchedule.ScaledLinear.SigmaMax, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Levels_descend_from_the_top_to_zero(string name)
    {
        for (var steps = 1; steps <= 150; steps += 7)
        {
            var sigmas = Schedulers.Sigmas(name, NoiseSchedule.ScaledLinear, steps);

            Assert.Equal(0, sigmas[^1]);
            Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
            if (name != "ddim_uniform") // counts upwards from the lowest level and stops where the next stride would pass the top
                Assert.Equal(NoiseSchedule.ScaledLinear.SigmaMax, sigmas[0], 1e-6);
            if (name is not ("ddim_uniform" or "beta"))
                Assert.Equal(steps + 1, sigmas.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strength_takes_the_last_part_of_a_longer_schedule(string name)
    {
        var half = Schedulers.Sigmas(name, NoiseSchedule.ScaledLinear, 10, 0.5);

        Assert.Equal(Schedulers.Sigmas(name, NoiseSchedule.ScaledLinear, 20).TakeLast(11), half);
        Assert.Empty(Schedulers.Sigmas(name, NoiseSchedule.ScaledLinear, 10, 0));
        Assert.InRange(Schedulers.Sigmas(name, NoiseSchedule.ScaledLinear, 10, 0.001)[0], 0, 0.2);
    }

    [Fact]
    public void Karras_levels_follow_the_paper()
    {
        // (max^(1/7) + i/(n-1) (min^(1/7) - max^(1/7)))^7 of arXiv 2206.00364, equation 5, for i = 1 of 3.
        var middle = Math.Pow((Math.Pow(14.614642, 1 / 7.0) + Math.Pow(0.0291675, 1 / 7.0)) / 2, 7);

        Assert.Equal(middle, Schedulers.Sigmas("karras", NoiseSchedule.ScaledLinear, 3)[1], 1e-4);
    }

    /// <summary>Beta(1/2, 1/2) is the arcsine distribution, Beta(1, 1) the uniform one: both have quantiles in closed form.</summary>
    [Fact]
    public void Quantiles_of_the_beta_distribution_are_exact()
    {
        for (var p = 0.0; p <= 1; p += 0.125)
        {
            Assert.Equal(Math.Pow(Math.Sin(Math.PI * p / 2), 2), SymmetricBeta.Quantile(p, 0.5), 1e-9);
            Assert.Equal(p, SymmetricBeta.Quantile(p, 1), 1e-9);
        }
    }

    [Fact]
    public void An_ancestral_step_keeps_the_noise_level()
    {
        var (down, up) = EulerAncestralSampler.Split(3, 2);

        Assert.Equal(2, Math.Sqrt(down * down + up * up), 1e-12);
        Assert.Equal((0, 0), EulerAncestralSampler.Split(3, 0));
    }
}
