using System.Buffers.Binary;
using System.IO.Compression;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>
/// Gives a picture an alpha channel: the file that <see cref="PngWriter"/> makes, with header and image data replaced by those of
/// 8-bit RGBA. Only masks need it.
/// </summary>
internal static class AlphaPng
{
    private const byte RgbAlpha = 6;
    private const int ColourTypeAt = 9;

    /// <param name="picture">The colours.</param>
    /// <param name="alpha">Opacity per pixel; null for opaque.</param>
    /// <param name="text">As in <see cref="PngWriter.Write"/>.</param>
    public static byte[] Write(Picture picture, byte[]? alpha, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        for (var chunks = new PngChunks(PngWriter.Write(picture, text)); chunks.MoveNext();)
        {
            if (chunks.Type.SequenceEqual(PngFormat.Header))
            {
                var header = chunks.Data.ToArray();
                header[ColourTypeAt] = RgbAlpha;
                WriteChunk(file, chunks.Type, header);
            }
            else if (chunks.Type.SequenceEqual(PngFormat.Data))
            {
                WriteChunk(file, chunks.Type, Compress(picture, alpha));
            }
            else
            {
                WriteChunk(file, chunks.Type, chunks.Data);
            }
        }

        return file.ToArray();
    }

    private static byte[] Compress(Picture picture, byte[]? alpha)
    {
        const int channels = 4;
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // The first byte of a row is its filter: none.
            var row = new byte[1 + channels * picture.Width];
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    var pixel = y * picture.Width + x;
                    picture.Rgb.AsSpan(3 * pixel, 3).CopyTo(row.AsSpan(1 + channels * x));
                    row[1 + channels * x + 3] = alpha?[pixel] ?? byte.MaxValue;
                }

                zlib.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngFormat.Crc([.. type, .. data]));
        file.Write(number);
    }
}
