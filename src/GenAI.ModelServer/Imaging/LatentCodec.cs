using System.Numerics.Tensors;

namespace GenAI.ModelServer.Imaging;

/// <summary>
/// Between pictures (8-bit RGB) and latents. Samples are first scaled to [-1, 1], then rotated into opponent colours:
/// lightness (r+g+b)/√3, red against blue (r-b)/√2, green against both (r-2g+b)/√6. The rotation is orthonormal, so white
/// noise stays white and distances are kept; natural images are nearly uncorrelated in it (Ruderman et al. 1998, JOSA A 15).
/// </summary>
internal static class LatentCodec
{
    private const float HalfRange = 127.5f;
    private const int Chunk = 1024;

    private static readonly float R3 = 1 / MathF.Sqrt(3);
    private static readonly float R2 = 1 / MathF.Sqrt(2);
    private static readonly float R6 = 1 / MathF.Sqrt(6);

    public static Latent Encode(Picture picture)
    {
        var pixels = picture.Width * picture.Height;
        var planar = new float[Latent.Planes * pixels];
        var rgb = picture.Rgb;
        for (var i = 0; i < pixels; i++)
        {
            planar[i] = rgb[3 * i];
            planar[pixels + i] = rgb[3 * i + 1];
            planar[2 * pixels + i] = rgb[3 * i + 2];
        }

        TensorPrimitives.Multiply(planar, 1 / HalfRange, planar);
        TensorPrimitives.Subtract(planar, 1f, planar);
        FromRgb(planar);
        return new Latent(picture.Width, picture.Height, [planar]);
    }

    /// <summary>Colours outside RGB are clamped.</summary>
    public static Picture Decode(Latent latent, int index) => Decode(latent.Images[index], latent.Width, latent.Height);

    public static Picture Decode(ReadOnlySpan<float> planes, int width, int height)
    {
        var pixels = width * height;
        var rgb = new byte[3 * pixels];
        Span<float> samples = stackalloc float[Chunk];
        for (var start = 0; start < pixels; start += Chunk)
        {
            var length = Math.Min(Chunk, pixels - start);
            var y = planes.Slice(start, length);
            var a = planes.Slice(pixels + start, length);
            var b = planes.Slice(2 * pixels + start, length);
            var target = rgb.AsSpan(3 * start);
            Mix(y, a, b, R3, R2, R6, samples[..length], target);
            Mix(y, a, b, R3, 0, -2 * R6, samples[..length], target[1..]);
            Mix(y, a, b, R3, -R2, R6, samples[..length], target[2..]);
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>Rotates planar RGB in [-1, 1] into latent planes, in place.</summary>
    public static void FromRgb(Span<float> planar)
    {
        var pixels = planar.Length / Latent.Planes;
        var red = planar[..pixels];
        var green = planar.Slice(pixels, pixels);
        var blue = planar[(2 * pixels)..];
        for (var i = 0; i < pixels; i++)
        {
            var (r, g, b) = (red[i], green[i], blue[i]);
            red[i] = R3 * (r + g + b);
            green[i] = R2 * (r - b);
            blue[i] = R6 * (r - 2 * g + b);
        }
    }

    private static void Mix(
        ReadOnlySpan<float> y, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float fromY, float fromA, float fromB, Span<float> samples, Span<byte> rgb)
    {
        TensorPrimitives.Multiply(y, fromY * HalfRange, samples);
        TensorPrimitives.MultiplyAdd(a, fromA * HalfRange, samples, samples);
        TensorPrimitives.MultiplyAdd(b, fromB * HalfRange, samples, samples);
        for (int i = 0, to = 0; i < samples.Length; i++, to += 3)
            rgb[to] = (byte)Math.Clamp((int)(samples[i] + (HalfRange + 0.5f)), 0, byte.MaxValue);
    }
}
