using System.Buffers.Binary;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>A repeated field of eight-byte numbers: packed into one field, or one field each; a reader must take both.</summary>
internal static class PackedNumbers
{
    // More buckets than anybody draws.
    private const int MaxNumbers = 1024;

    public static void Add<T>(ref ProtoReader reader, List<T> numbers, Func<ulong, T> convert)
    {
        if (!reader.IsBytes)
        {
            Add(reader.Fixed64(), numbers, convert);
            return;
        }

        var packed = reader.Bytes();
        if (packed.Length % sizeof(ulong) != 0)
            throw new InvalidDataException($"Field {reader.Field} has {packed.Length} bytes of eight-byte numbers.");
        for (; !packed.IsEmpty; packed = packed[sizeof(ulong)..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(packed), numbers, convert);
    }

    private static void Add<T>(ulong bits, List<T> numbers, Func<ulong, T> convert)
        => numbers.Add(numbers.Count < MaxNumbers ? convert(bits) : throw new InvalidDataException($"A list has more than {MaxNumbers} numbers."));
}
