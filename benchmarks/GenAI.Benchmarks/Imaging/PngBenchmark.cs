using BenchmarkDotNet.Attributes;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Denoising;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.Benchmarks.Imaging;

[MemoryDiagnoser]
[ShortRunJob]
public class PngBenchmark
{
    private Picture _picture = null!;
    private byte[] _file = null!;

    [GlobalSetup]
    public void Draw()
    {
        var request = new SamplerRequest { Latent = Latent.Empty(1024, 1024, 1), Positive = new("a house with a tree under the sun") };
        _picture = LatentCodec.Decode(new DiffusionSampler(new AnalyticDenoiser()).Sample(request, onStep: null, CancellationToken.None), 0);
        _file = PngWriter.Write(_picture, []);
    }

    [Benchmark]
    public byte[] Write() => PngWriter.Write(_picture, []);

    [Benchmark]
    public byte[] Read() => PngReader.Read(_file, PictureLimits.Default).Picture.Rgb;
}
