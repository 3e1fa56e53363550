using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.Tests.Imaging;

/// <summary>Builds PNG files that the writer does not make: every colour type, all filters in turn, interlacing, and broken ones.</summary>
internal static class PngBuilder
{
    private static readonly (int X, int Y, int Dx, int Dy)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static byte[] Make(int width, int height, int colourType, int depth, bool interlaced)
    {
        var raw = new List<byte>();
        foreach (var (x0, y0, dx, dy) in interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            int[] columns = [.. Enumerable.Range(0, width).Where(x => x % dx == x0 && x >= x0)];
            byte[]? above = null;
            foreach (var y in columns.Length == 0 ? [] : Enumerable.Range(0, height).Where(y => y % dy == y0 && y >= y0))
            {
                var row = Pack([.. columns.SelectMany(x => Samples(x, y, colourType, depth))], depth);
                raw.AddRange(Filter(raw.Count % 5, row, above ?? new byte[row.Length], Math.Max(1, Channels(colourType) * depth / 8)));
                above = row;
            }
        }

        byte[][] palette = colourType == 3 ? [Chunk("PLTE", Palette), Chunk("tRNS", [10, 20])] : [];
        return File(width, height, colourType, depth, interlaced, [.. palette, Data([.. raw])]);
    }

    public static (byte[] Rgb, byte[]? Alpha) Expected(int width, int height, int colourType, int depth)
    {
        List<byte> rgb = [], alpha = [];
        for (var i = 0; i < width * height; i++)
        {
            var samples = Samples(i % width, i / width, colourType, depth);
            byte[] bytes = [.. samples.Select(sample => depth == 16 ? (byte)(sample >> 8) : (byte)(sample * 255 / ((1 << depth) - 1)))];
            rgb.AddRange(colourType switch
            {
                3 => Palette.AsSpan(3 * samples[0], 3).ToArray(),
                2 or 6 => bytes[..3],
                _ => [bytes[0], bytes[0], bytes[0]],
            });
            alpha.Add(colourType == 3 ? (samples[0] < 2 ? (byte)(10 * (samples[0] + 1)) : byte.MaxValue) : bytes[^1]);
        }

        return ([.. rgb], colourType is 0 or 2 ? null : [.. alpha]);
    }

    public static byte[] File(int width, int height, int colourType, int depth, bool interlaced, params byte[][] chunks)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colourType, (byte)(interlaced ? 1 : 0));
        return [.. PngFormat.Signature, .. Chunk("IHDR", header), .. chunks.SelectMany(chunk => chunk), .. Chunk("IEND", [])];
    }

    public static byte[] Data(byte[] raw) => Chunk("IDAT", Deflate(raw));

    public static byte[] Deflate(byte[] raw)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
            zlib.Write(raw);
        return compressed.ToArray();
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), PngFormat.Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static byte[] Palette { get; } = [.. Enumerable.Range(0, 3 * 256).Select(i => (byte)(i * 11))];

    private static int Channels(int colourType) => colourType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

    private static int[] Samples(int x, int y, int colourType, int depth) =>
        [.. Enumerable.Range(0, Channels(colourType)).Select(channel => (x * 7919 + y * 104729 + channel * 31337) % (1 << depth))];

    private static byte[] Pack(int[] samples, int depth)
    {
        if (depth == 16)
            return [.. samples.SelectMany(sample => new[] { (byte)(sample >> 8), (byte)sample })];
        var row = new byte[(samples.Length * depth + 7) / 8];
        for (var i = 0; i < samples.Length; i++)
            row[i * depth / 8] |= (byte)(samples[i] << (8 - depth - i * depth % 8));
        return row;
    }

    private static IEnumerable<byte> Filter(int filter, byte[] row, byte[] above, int distance)
    {
        return row.Select((value, i) => (byte)(value - Prediction(i))).Prepend((byte)filter);

        int Prediction(int i)
        {
            var (left, up, corner) = (i < distance ? 0 : row[i - distance], above[i], i < distance ? 0 : above[i - distance]);
            return filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Nearest(left, up, corner), _ => 0 };
        }
    }

    private static int Nearest(int left, int up, int corner) =>
        new[] { left, up, corner }.MinBy(candidate => Math.Abs(left + up - corner - candidate));
}
