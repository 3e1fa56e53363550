using System.Numerics.Tensors;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Denoising;

namespace GenAI.ModelServer.Tests.Imaging;

/// <summary>Makes small pictures and measures them.</summary>
internal static class Pictures
{
    public const int Side = 128;

    public static SamplerRequest Request(string prompt) => new() { Latent = Latent.Empty(Side, Side, 1), Positive = new(prompt), Seed = 7 };

    public static Latent Sample(SamplerRequest request) =>
        new DiffusionSampler(new AnalyticDenoiser()).Sample(request, onStep: null, TestContext.Current.CancellationToken);

    public static Picture Draw(SamplerRequest request) => LatentCodec.Decode(Sample(request), 0);

    public static Picture Draw(string prompt) => Draw(Request(prompt));

    /// <summary>The mean colour of a square of the picture, 0..255 a channel.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="x">Its centre, 0 left to 1 right.</param>
    /// <param name="y">Its centre, 0 top to 1 bottom.</param>
    public static (double R, double G, double B) ColourAt(Picture picture, double x, double y)
    {
        var radius = picture.Width / 32;
        var (centreX, centreY) = ((int)(x * (picture.Width - 1)), (int)(y * (picture.Height - 1)));
        double[] sum = [0, 0, 0];
        var count = 0;
        for (var py = Math.Max(0, centreY - radius); py <= Math.Min(picture.Height - 1, centreY + radius); py++)
        {
            for (var px = Math.Max(0, centreX - radius); px <= Math.Min(picture.Width - 1, centreX + radius); px++, count++)
            {
                for (var channel = 0; channel < 3; channel++)
                    sum[channel] += picture.Rgb[3 * (py * picture.Width + px) + channel];
            }
        }

        return (sum[0] / count, sum[1] / count, sum[2] / count);
    }

    /// <summary>The part of the pixels that differ from the given colour by less than 60 in each channel.</summary>
    public static double ShareOf(Picture picture, int hex)
    {
        const int tolerance = 60;
        int[] wanted = [hex >> 16 & 0xFF, hex >> 8 & 0xFF, hex & 0xFF];
        var matching = picture.Rgb.Chunk(3).Count(pixel => pixel.Zip(wanted).All(pair => Math.Abs(pair.First - pair.Second) < tolerance));
        return (double)matching / (picture.Width * picture.Height);
    }

    /// <summary>Root mean square difference of the samples.</summary>
    public static double Distance(Latent a, Latent b) =>
        TensorPrimitives.Distance<float>(a.Images[0], b.Images[0]) / Math.Sqrt(a.Images[0].Length);

    /// <summary>Mean absolute difference of horizontal neighbours: high for noise, low for a picture.</summary>
    public static double Roughness(Picture picture) => Enumerable
        .Range(0, picture.Rgb.Length - 3)
        .Where(i => i / 3 % picture.Width != picture.Width - 1)
        .Average(i => Math.Abs(picture.Rgb[i + 3] - picture.Rgb[i]));
}
