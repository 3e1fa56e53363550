using System.Globalization;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.Tests.Imaging;

public sealed class DiffusionSamplerTests
{
    private const string Prompt = "a house with a tree under the sun";

    public static TheoryData<string> SamplerNames => [.. Samplers.Names];

    [Theory]
    [MemberData(nameof(SamplerNames))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(string sampler)
    {
        var request = Pictures.Request(Prompt) with { SamplerName = sampler, Steps = 6 };

        Assert.Equal(Pictures.Draw(request).Rgb, Pictures.Draw(request).Rgb);
        Assert.NotEqual(Pictures.Draw(request).Rgb, Pictures.Draw(request with { Seed = 8 }).Rgb);
    }

    [Fact]
    public void A_batch_counts_its_seeds_upwards()
    {
        var request = Pictures.Request(Prompt) with { Latent = Latent.Empty(64, 48, 3), Seed = ulong.MaxValue };

        var batch = Pictures.Sample(request);
        var wrapped = Pictures.Sample(request with { Latent = Latent.Empty(64, 48, 1), Seed = 0 });

        Assert.Equal(3, batch.Images.Count);
        Assert.Equal(wrapped.Images[0], batch.Images[1]);
    }

    [Theory]
    [InlineData("euler", "normal")]
    [InlineData("euler", "simple")]
    [InlineData("ddim", "ddim_uniform")]
    [InlineData("heun", "sgm_uniform")]
    [InlineData("dpmpp_2m", "beta")]
    public void More_steps_come_nearer_to_the_converged_picture(string sampler, string scheduler)
    {
        var request = Pictures.Request(Prompt) with { SamplerName = sampler, SchedulerName = scheduler };
        var converged = Pictures.Sample(request with { SamplerName = "heun", SchedulerName = "karras", Steps = ImagingLimits.MaxSteps });

        double[] distances = [.. new[] { 2, 4, 8, 16, 32 }.Select(steps => Pictures.Distance(converged, Pictures.Sample(request with { Steps = steps })))];

        Assert.Equal(distances.OrderDescending(), distances);
        Assert.True(distances[^1] < distances[0] / 3, string.Join(' ', distances));
    }

    [Fact]
    public void Previews_go_from_noise_to_the_picture()
    {
        var roughness = new List<double>();
        Picture? last = null;
        var request = Pictures.Request(Prompt) with { Steps = 10 };

        var result = Sample(new AnalyticDenoiser(), request, progress =>
        {
            last = progress.Preview();
            roughness.Add(Pictures.Roughness(last));
            Assert.Equal((roughness.Count, 10), (progress.Step, progress.TotalSteps));
        });

        Assert.Equal(10, roughness.Count);
        Assert.Equal(roughness.OrderDescending(), roughness);
        Assert.Equal(LatentCodec.Decode(result, 0).Rgb, last!.Rgb);
    }

    [Fact]
    public void A_preview_of_a_large_picture_is_at_most_512_a_side()
    {
        Picture? preview = null;
        Sample(new AnalyticDenoiser(), Pictures.Request(Prompt) with { Latent = Latent.Empty(1040, 528, 1), Steps = 1 }, progress => preview = progress.Preview());

        Assert.Equal((347, 176), (preview!.Width, preview.Height));
    }

    [Fact]
    public void Strength_decides_between_the_given_picture_and_the_prompt()
    {
        var start = LatentCodec.Encode(Pictures.Draw("a yellow star on a purple background"));
        var request = Pictures.Request("a red circle on a green background") with { Latent = start };

        double[] distances = [.. new[] { 0, 0.2, 0.5, 0.8, 1 }.Select(strength => Pictures.Distance(start, Pictures.Sample(request with { Denoise = strength })))];

        Assert.Equal(0, distances[0]);
        Assert.Equal(distances.Order(), distances);
        Assert.InRange(Pictures.Distance(Pictures.Sample(request), Pictures.Sample(request with { Latent = Latent.Empty(Pictures.Side, Pictures.Side, 1) })), 0, 0.1);
    }

    [Fact]
    public void The_given_latent_is_not_modified()
    {
        var request = Pictures.Request(Prompt);
        Pictures.Sample(request);

        Assert.All(request.Latent.Images[0], sample => Assert.Equal(0, sample));
    }

    [Theory]
    [InlineData(1, "", 5)]
    [InlineData(1, "a sunset", 5)]
    [InlineData(7, "", 10)]
    [InlineData(7, "a sunset", 15)]
    public void Each_step_evaluates_what_guidance_needs(double cfg, string negative, int evaluations)
    {
        var denoiser = new CountingDenoiser();
        Sample(denoiser, Pictures.Request(Prompt) with { Cfg = cfg, Negative = new(negative), Steps = 5 });

        Assert.Equal(evaluations, denoiser.Evaluations);
        Assert.Equal(denoiser.Prepared, denoiser.Disposed);
    }

    [Fact]
    public void Cancelling_stops_before_the_next_evaluation()
    {
        using var cancellation = new CancellationTokenSource();
        var denoiser = new CountingDenoiser();

        Assert.Throws<OperationCanceledException>(() => new DiffusionSampler(denoiser).Sample(
            Pictures.Request(Prompt),
            progress =>
            {
                if (progress.Step == 3)
                    cancellation.Cancel();
            },
            cancellation.Token));

        Assert.Equal(3, denoiser.Evaluations);
        Assert.Equal(denoiser.Prepared, denoiser.Disposed);
    }

    [Fact]
    public void Given_noise_levels_replace_the_scheduler()
    {
        var request = Pictures.Request(Prompt) with { Steps = 12, SchedulerName = "karras" };
        var sigmas = Schedulers.Sigmas("karras", NoiseSchedule.ScaledLinear, 12);

        var custom = new DiffusionSampler(new AnalyticDenoiser())
            .Sample(request with { SchedulerName = "normal", Steps = 1 }, sigmas, onStep: null, TestContext.Current.CancellationToken);

        Assert.Equal(Pictures.Sample(request).Images[0], custom.Images[0]);
    }

    [Fact]
    public void Without_noise_the_run_continues_where_another_stopped()
    {
        var sigmas = Schedulers.Sigmas("normal", NoiseSchedule.ScaledLinear, 8);
        var request = Pictures.Request(Prompt);
        var sampler = new DiffusionSampler(new AnalyticDenoiser());
        var token = TestContext.Current.CancellationToken;

        var half = sampler.Sample(request, sigmas[..5], onStep: null, token);
        var whole = sampler.Sample(request with { Latent = half, AddNoise = false }, sigmas[4..], onStep: null, token);

        Assert.Equal(sampler.Sample(request, sigmas, onStep: null, token).Images[0], whole.Images[0]);
    }

    [Fact]
    public void What_is_unknown_or_beyond_the_limits_is_refused_with_the_value()
    {
        var request = Pictures.Request(Prompt);

        Assert.Contains("'uni_pc'", Assert.Throws<ArgumentException>(() => Pictures.Sample(request with { SamplerName = "uni_pc" })).Message, StringComparison.Ordinal);
        Assert.Contains("'fast'", Assert.Throws<ArgumentException>(() => Pictures.Sample(request with { SchedulerName = "fast" })).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => Pictures.Sample(request with { Steps = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => Pictures.Sample(request with { Steps = ImagingLimits.MaxSteps + 1 }));
        Assert.ThrowsAny<ArgumentException>(() => Pictures.Sample(request with { Cfg = double.NaN }));
        Assert.ThrowsAny<ArgumentException>(() => Pictures.Sample(request with { Denoise = 1.01 }));
        Assert.ThrowsAny<ArgumentException>(() => Latent.Empty(ImagingLimits.MaxSide + 1, 512, 1));
        Assert.ThrowsAny<ArgumentException>(() => Latent.Empty(2048, 2048, 5));
    }

    [Theory]
    [InlineData("1,1")]
    [InlineData("0.5,2,0")]
    [InlineData("1,-1")]
    [InlineData("NaN,0")]
    public void Noise_levels_that_do_not_descend_are_refused(string levels)
    {
        double[] sigmas = [.. levels.Split(',').Select(level => double.Parse(level, CultureInfo.InvariantCulture))];

        Assert.ThrowsAny<ArgumentException>(() => new DiffusionSampler(new AnalyticDenoiser())
            .Sample(Pictures.Request(Prompt), sigmas, onStep: null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(16, 2048)]
    [InlineData(272, 48)]
    [InlineData(33, 17)]
    public void Any_shape_of_picture_is_drawn(int width, int height)
    {
        var picture = Pictures.Draw(Pictures.Request("a red circle on a blue background") with { Latent = Latent.Empty(width, height, 1) });

        Assert.Equal((width, height), (picture.Width, picture.Height));
        var (r, _, b) = Pictures.ColourAt(picture, 0.5, 0.5);
        Assert.True(r > b, $"red {r}, blue {b} in the centre");
    }

    private static Latent Sample(IDenoiser denoiser, SamplerRequest request, Action<SamplingProgress>? onStep = null) =>
        new DiffusionSampler(denoiser).Sample(request, onStep, TestContext.Current.CancellationToken);

    private sealed class CountingDenoiser : IDenoiser
    {
        public int Evaluations { get; private set; }

        public int Prepared { get; private set; }

        public int Disposed { get; private set; }

        public IConditionedDenoiser Prepare(Conditioning conditioning, ConditioningRole role, int width, int height, ulong seed)
        {
            Prepared++;
            return new Conditioned(this);
        }

        private sealed class Conditioned(CountingDenoiser owner) : IConditionedDenoiser
        {
            public void Denoise(ReadOnlySpan<float> noisy, double sigma, Span<float> clean)
            {
                owner.Evaluations++;
                clean.Clear();
            }

            public void Dispose() => owner.Disposed++;
        }
    }
}
