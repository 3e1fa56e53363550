using System.Buffers.Binary;
using System.Text;

namespace GenAI.ModelServer.Imaging.Png;

/// <summary>The constants of the PNG specification (third edition, W3C 2025) that the reader and the writer share.</summary>
internal static class PngFormat
{
    public const int HeaderLength = 13;
    public const int MaxKeywordLength = 79;

    /// <summary>Length and type before a chunk's data, checksum behind it.</summary>
    public const int ChunkOverhead = 12;

    private const uint CrcPolynomial = 0xEDB88320;
    private static readonly uint[] CrcTable = MakeCrcTable();

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public static ReadOnlySpan<byte> Header => "IHDR"u8;

    public static ReadOnlySpan<byte> Palette => "PLTE"u8;

    public static ReadOnlySpan<byte> Transparency => "tRNS"u8;

    public static ReadOnlySpan<byte> Data => "IDAT"u8;

    public static ReadOnlySpan<byte> End => "IEND"u8;

    public static ReadOnlySpan<byte> Text => "tEXt"u8;

    public static ReadOnlySpan<byte> CompressedText => "zTXt"u8;

    public static ReadOnlySpan<byte> InternationalText => "iTXt"u8;

    /// <summary>CRC-32 of the chunk's type and data (annex D of the specification).</summary>
    public static uint Crc(ReadOnlySpan<byte> typeAndData)
    {
        var crc = uint.MaxValue;
        foreach (var value in typeAndData)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    public static int ReadInt(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    /// <summary>Whether a text survives Latin-1, and so fits tEXt; a NUL would end it.</summary>
    public static bool IsLatin1(string text) => !text.AsSpan().ContainsAnyExceptInRange('\u0001', '\u00FF');

    public static string Name(ReadOnlySpan<byte> type) => Encoding.Latin1.GetString(type);

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < table.Length; n++)
        {
            var value = n;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? CrcPolynomial ^ (value >> 1) : value >> 1;
            table[n] = value;
        }

        return table;
    }
}
