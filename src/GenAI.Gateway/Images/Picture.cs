using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace GenAI.Gateway.Images;

/// <summary>A picture that a client sent: a PNG, JPEG or WebP of which the head was read, and no more. What is in it is for the model's server to say.</summary>
internal sealed class Picture
{
    private const int MaxSide = 16_384;

    private Picture(byte[] bytes, string extension, int width, int height)
    {
        Bytes = bytes;
        Width = width;
        Height = height;
        // The same picture has the same name, so that an instance has it once.
        FileName = $"genai-{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}.{extension}";
    }

    public static string Expected { get; } = $"a PNG, JPEG or WebP with sides of up to {MaxSide} pixels";

    public byte[] Bytes { get; }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>By content.</summary>
    public string FileName { get; }

    /// <returns>Null when it is none that is expected, and then what was found in its place.</returns>
    public static (Picture? Picture, string Found) Read(byte[] bytes)
    {
        ReadOnlySpan<byte> start = bytes;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return Make(bytes, "png", PngSize(start));
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Make(bytes, "jpg", JpegSize(start));
        if (start.Length >= 30 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8)) return Make(bytes, "webp", WebPSize(start[12..]));
        return (null, $"{bytes.Length} bytes of another kind");
    }

    private static (Picture? Picture, string Found) Make(byte[] bytes, string extension, (int Width, int Height) size) =>
        (size is { Width: >= 1 and <= MaxSide, Height: >= 1 and <= MaxSide } ? new Picture(bytes, extension, size.Width, size.Height) : null,
            size == default ? $"a {extension} file without a size" : string.Create(CultureInfo.InvariantCulture, $"a {extension} file of {size.Width}x{size.Height}"));

    /// <summary>W3C PNG, 11.2.1: the first chunk is IHDR, and begins with width and height.</summary>
    private static (int Width, int Height) PngSize(ReadOnlySpan<byte> png) =>
        png.Length >= 24 && png[12..].StartsWith("IHDR"u8)
            ? (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]))
            : default;

    /// <summary>ITU T.81, B.2.2: in a frame header (SOF0 to SOF15) height and width follow length and precision.</summary>
    private static (int Width, int Height) JpegSize(ReadOnlySpan<byte> jpeg)
    {
        var at = 2;
        while (at + 9 < jpeg.Length && jpeg[at] == 0xFF)
        {
            var marker = jpeg[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]));
            if (marker == 0xDA) break;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }

        return default;
    }

    /// <summary>RFC 9649, 2.5 to 2.7; RFC 6386, 9.1 for the lossy frame's own head.</summary>
    private static (int Width, int Height) WebPSize(ReadOnlySpan<byte> chunk)
    {
        if (chunk.StartsWith("VP8X"u8)) return (1 + Read24(chunk[12..]), 1 + Read24(chunk[15..]));
        if (chunk.StartsWith("VP8 "u8))
            return (BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(chunk[16..]) & 0x3FFF);
        if (!chunk.StartsWith("VP8L"u8)) return default;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(chunk[9..]);
        return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
