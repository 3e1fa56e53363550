using System.IO.Compression;
using System.Text;

namespace GenAI.ModelServer.Imaging.Png;

/// <summary>A decoded file.</summary>
/// <param name="Picture">Colours, not multiplied by alpha; 16-bit samples keep their upper byte.</param>
/// <param name="Alpha">Opacity per pixel, 255 opaque; null where the file has none.</param>
internal sealed record DecodedPng(Picture Picture, byte[]? Alpha);

/// <summary>
/// Reads PNG files from clients: every colour type, bit depth and interlacing of the specification, chunks' order and
/// checksums verified. The header's size is checked before anything is allocated, and not a byte more than it implies is inflated.
/// </summary>
internal static class PngReader
{
    private const int MaxTextLength = 1 << 20;

    /// <exception cref="InvalidDataException">The file is damaged, not a PNG, or larger than the limits; the message says which.</exception>
    public static DecodedPng Read(ReadOnlySpan<byte> file, PictureLimits limits)
    {
        PngHeader? header = null;
        byte[] palette = [], transparency = [];
        using var data = new MemoryStream();
        for (var chunks = new PngChunks(file); chunks.MoveNext();)
        {
            if (header is null && !chunks.Type.SequenceEqual(PngFormat.Header))
                throw new InvalidDataException($"PNG: the first chunk is {PngFormat.Name(chunks.Type)} instead of IHDR.");

            if (header is null)
                header = PngHeader.Parse(chunks.Data, limits);
            else if (chunks.Type.SequenceEqual(PngFormat.Data))
                data.Write(chunks.Data);
            else if (chunks.Type.SequenceEqual(PngFormat.Palette))
                palette = chunks.Data.ToArray();
            else if (chunks.Type.SequenceEqual(PngFormat.Transparency))
                transparency = chunks.Data.ToArray();
            else if (IsUnknownCritical(chunks.Type))
                throw new InvalidDataException($"PNG: the chunk {PngFormat.Name(chunks.Type)} is needed to read the file and not known.");
        }

        if (header is null || data.Length == 0)
            throw new InvalidDataException("PNG: there is no IDAT chunk.");

        data.Position = 0;
        return new PngPixels(header, palette, transparency).Decode(Inflate(data, PngPasses.TotalBytes(header)));
    }

    /// <summary>The texts of tEXt, zTXt and iTXt chunks in the file's order.</summary>
    /// <exception cref="InvalidDataException">The file or a text chunk is damaged.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadText(ReadOnlySpan<byte> file)
    {
        var texts = new List<KeyValuePair<string, string>>();
        for (var chunks = new PngChunks(file); chunks.MoveNext();)
        {
            var international = chunks.Type.SequenceEqual(PngFormat.InternationalText);
            var compressed = chunks.Type.SequenceEqual(PngFormat.CompressedText);
            if (!international && !compressed && !chunks.Type.SequenceEqual(PngFormat.Text))
                continue;

            var rest = chunks.Data;
            var keyword = Encoding.Latin1.GetString(TakeField(ref rest));
            var text = international ? InternationalText(rest) : Encoding.Latin1.GetString(compressed ? InflateText(rest[1..]) : rest);
            texts.Add(new(keyword, text));
        }

        return texts;
    }

    /// <summary>A lower-case first letter marks a chunk that a reader may skip (section 5.4).</summary>
    private static bool IsUnknownCritical(ReadOnlySpan<byte> type) => char.IsAsciiLetterUpper((char)type[0]) && !type.SequenceEqual(PngFormat.End);

    private static byte[] Inflate(Stream compressed, int length)
    {
        var raw = new byte[length];
        using var zlib = new ZLibStream(compressed, CompressionMode.Decompress);
        var read = zlib.ReadAtLeast(raw, length, throwOnEndOfStream: false);
        if (read < length)
            throw new InvalidDataException($"PNG: the image data ends after {read} of {length} bytes.");
        if (zlib.ReadByte() >= 0)
            throw new InvalidDataException($"PNG: there is more image data than the {length} bytes that the header implies.");
        return raw;
    }

    /// <summary>What follows iTXt's keyword: compression flag and method, language, translated keyword, text.</summary>
    private static string InternationalText(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2)
            throw new InvalidDataException("PNG: an iTXt chunk is too short.");
        var compressed = rest[0] == 1;
        rest = rest[2..];
        TakeField(ref rest);
        TakeField(ref rest);
        return Encoding.UTF8.GetString(compressed ? InflateText(rest) : rest);
    }

    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
            throw new InvalidDataException("PNG: a text chunk has a field without an end.");
        var field = rest[..end];
        rest = rest[(end + 1)..];
        return field;
    }

    private static byte[] InflateText(ReadOnlySpan<byte> compressed)
    {
        using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        var text = new byte[MaxTextLength];
        var read = zlib.ReadAtLeast(text, MaxTextLength, throwOnEndOfStream: false);
        return read < MaxTextLength ? text[..read] : throw new InvalidDataException($"PNG: a compressed text exceeds {MaxTextLength} bytes.");
    }
}
