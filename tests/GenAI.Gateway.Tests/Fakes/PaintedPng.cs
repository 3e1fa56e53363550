using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>Small real PNGs, with alpha.</summary>
internal static class PaintedPng
{
    public static byte[] Of(int side, Func<int, int, (byte R, byte G, byte B, byte A)> paint)
    {
        var rows = new MemoryStream();
        for (var y = 0; y < side; y++)
        {
            rows.WriteByte(0);
            for (var x = 0; x < side; x++)
            {
                var (r, g, b, a) = paint(x, y);
                rows.Write([r, g, b, a]);
            }
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows.ToArray());
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 6);
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(crc & 1));
        }

        return ~crc;
    }
}
