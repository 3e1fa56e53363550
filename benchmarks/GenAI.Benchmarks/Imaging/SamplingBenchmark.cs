using BenchmarkDotNet.Attributes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.Benchmarks.Imaging;

/// <summary>One picture from prompt to PNG file, on one core. The budget is 1.5 s for 512 × 512 at 20 steps.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class SamplingBenchmark
{
    private readonly DiffusionSampler _sampler = new(new AnalyticDenoiser());

    [Params(512, 1024)]
    public int Side { get; set; }

    [Params(1.0, 7.0)]
    public double Cfg { get; set; }

    [Benchmark]
    public byte[] PromptToFile()
    {
        var request = new SamplerRequest
        {
            Latent = Latent.Empty(Side, Side, 1),
            Positive = new("a red circle on a blue background"),
            Cfg = Cfg,
            Seed = 42,
        };
        return PngWriter.Write(LatentCodec.Decode(_sampler.Sample(request, onStep: null, CancellationToken.None), 0), []);
    }
}
