using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Text;

namespace GenAI.ModelServer.Imaging.Png;

/// <summary>
/// Writes 8-bit RGB PNG files. Every row is filtered as its difference from the row above and compressed at zlib's fastest
/// level: a server's time is worth more than the last tenth of a file's size.
/// </summary>
internal static class PngWriter
{
    private const byte FilterNone = 0;
    private const byte FilterUp = 2;

    /// <param name="picture">The picture.</param>
    /// <param name="text">
    /// Written before the image data in this order: as tEXt where Latin-1 can hold the text, else as iTXt (UTF-8). Pillow, and
    /// so ComfyUI ("prompt" and "workflow", holding JSON), chooses the same way.
    /// </param>
    /// <exception cref="ArgumentException">A keyword is not 1 to 79 Latin-1 characters, or a text holds U+0000.</exception>
    public static byte[] Write(Picture picture, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        using var file = new MemoryStream(picture.Rgb.Length / 2);
        file.Write(PngFormat.Signature);
        WriteChunk(file, PngFormat.Header, Header(picture));
        foreach (var (keyword, value) in text)
            WriteText(file, keyword, value);

        var data = Compress(picture);
        WriteChunk(file, PngFormat.Data, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(file, PngFormat.End, []);
        return file.ToArray();
    }

    private static byte[] Header(Picture picture)
    {
        const byte eightBits = 8;
        const byte trueColour = 2;
        var header = new byte[PngFormat.HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = eightBits;
        header[9] = trueColour;
        return header;
    }

    private static MemoryStream Compress(Picture picture)
    {
        var stride = 3 * picture.Width;
        var line = new byte[1 + stride];
        var compressed = new MemoryStream(picture.Rgb.Length / 2);
        using var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Rgb.AsSpan(y * stride, stride);
            line[0] = y == 0 ? FilterNone : FilterUp;
            if (y == 0)
                row.CopyTo(line.AsSpan(1));
            else
                TensorPrimitives.Subtract(row, picture.Rgb.AsSpan((y - 1) * stride, stride), line.AsSpan(1));
            zlib.Write(line);
        }

        return compressed;
    }

    private static void WriteText(MemoryStream file, string keyword, string value)
    {
        if (keyword.Length is 0 or > PngFormat.MaxKeywordLength || !PngFormat.IsLatin1(keyword))
            throw new ArgumentException($"A keyword is 1 to {PngFormat.MaxKeywordLength} Latin-1 characters; got '{keyword}'.", nameof(keyword));
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"The text of '{keyword}' holds U+0000, which PNG does not allow.", nameof(value));

        if (PngFormat.IsLatin1(value))
            WriteChunk(file, PngFormat.Text, [.. Encoding.Latin1.GetBytes(keyword), 0, .. Encoding.Latin1.GetBytes(value)]);
        else // not compressed, no language, no translated keyword
            WriteChunk(file, PngFormat.InternationalText, [.. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(value)]);
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);

        var start = (int)file.Position;
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngFormat.Crc(file.GetBuffer().AsSpan(start, type.Length + data.Length)));
        file.Write(number);
    }
}
