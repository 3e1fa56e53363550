using System.Buffers.Binary;
using System.IO.Compression;

namespace GenAI.Testing;

/// <summary>
/// A PNG decoder of the tests' own, so that what a service writes is not read back by the code that wrote it.
/// Knows 8-bit RGB and RGBA without interlacing, which is all that the services write.
/// </summary>
public sealed class PngPicture
{
    private readonly byte[] _samples;
    private readonly int _channels;

    private PngPicture(int width, int height, int channels, byte[] samples) =>
        (Width, Height, _channels, _samples) = (width, height, channels, samples);

    public int Width { get; }

    public int Height { get; }

    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * _channels;
            return (_samples[at], _samples[at + 1], _samples[at + 2]);
        }
    }

    /// <summary>The mean colour of a rectangle given in fractions of the picture, 0 to 1.</summary>
    public (double R, double G, double B) MeanColour(double left, double top, double right, double bottom)
    {
        double r = 0, g = 0, b = 0;
        var count = 0;
        for (var y = (int)(top * Height); y < (int)(bottom * Height); y++)
        {
            for (var x = (int)(left * Width); x < (int)(right * Width); x++, count++)
            {
                var pixel = this[x, y];
                (r, g, b) = (r + pixel.R, g + pixel.G, b + pixel.B);
            }
        }

        return (r / count, g / count, b / count);
    }

    /// <exception cref="InvalidDataException">Not a PNG of the kind this reads.</exception>
    public static PngPicture Decode(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(Signature)) throw new InvalidDataException("No PNG signature.");
        int width = 0, height = 0, channels = 0;
        using var compressed = new MemoryStream();
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var type = png.Slice(at + 4, 4);
            var body = png.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                width = BinaryPrimitives.ReadInt32BigEndian(body);
                height = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
                channels = (body[8], body[9], body[12]) switch
                {
                    (8, 2, 0) => 3,
                    (8, 6, 0) => 4,
                    var other => throw new InvalidDataException($"Depth, colour type, interlace {other} is not read here."),
                };
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                compressed.Write(body);
            }

            at += 12 + length;
        }

        compressed.Position = 0;
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        var rows = new byte[height * ((width * channels) + 1)];
        inflated.ReadExactly(rows);
        return new PngPicture(width, height, channels, Unfilter(rows, width * channels, height, channels));
    }

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static byte[] Unfilter(byte[] rows, int stride, int height, int channels)
    {
        var samples = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            var filter = rows[y * (stride + 1)];
            for (var x = 0; x < stride; x++)
            {
                int left = x >= channels ? samples[(y * stride) + x - channels] : 0;
                int up = y > 0 ? samples[((y - 1) * stride) + x] : 0;
                int upLeft = x >= channels && y > 0 ? samples[((y - 1) * stride) + x - channels] : 0;
                var predicted = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, upLeft),
                    _ => throw new InvalidDataException($"Filter {filter} in row {y}."),
                };
                samples[(y * stride) + x] = (byte)(rows[(y * (stride + 1)) + 1 + x] + predicted);
            }
        }

        return samples;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        var (toLeft, toUp, toUpLeft) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - upLeft));
        if (toLeft <= toUp && toLeft <= toUpLeft) return left;
        return toUp <= toUpLeft ? up : upLeft;
    }
}
