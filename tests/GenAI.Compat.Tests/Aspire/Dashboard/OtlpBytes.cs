using System.Buffers.Binary;
using System.Text;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

/// <summary>Protobuf by hand: fields one after another, messages within messages.</summary>
internal static class OtlpBytes
{
    public static readonly byte[] TraceId = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    public static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    public static byte[] Field(int number, byte[] bytes) => [.. Varint((ulong)(number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    public static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Field(int number, int value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    public static byte[] Fixed(int number, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return [.. Varint((ulong)(number << 3) | 1), .. bytes];
    }

    public static byte[] Fixed(int number, double value) => Fixed(number, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A KeyValue whose value is text.</summary>
    public static byte[] Attribute(string key, string value) => Message(Field(1, key), Field(2, Field(1, value)));

    /// <summary>An export request with one resource and one scope.</summary>
    public static byte[] Request(string service, params byte[][] records) => Field(1, Message(
        Field(1, Field(1, Attribute("service.name", service))),
        Field(2, Message([Field(1, Field(1, "scope")), .. records.Select(record => Field(2, record))]))));

    /// <summary>A span of the trace <see cref="TraceId"/>, one second long.</summary>
    public static byte[] Span(byte id, byte parent = 0, string name = "work", byte[]? traceId = null, params byte[][] more) => Message(
        [Field(1, traceId ?? TraceId), Field(2, [0, 0, 0, 0, 0, 0, 0, id]), .. parent == 0 ? [] : new[] { Field(4, [0, 0, 0, 0, 0, 0, 0, parent]) },
        Field(5, name), Fixed(7, 1_000_000_000UL * id), Fixed(8, (1_000_000_000UL * id) + 1_000_000_000UL), .. more]);

    private static List<byte> Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
