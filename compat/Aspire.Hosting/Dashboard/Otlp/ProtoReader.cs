using System.Buffers.Binary;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>
/// Reads the fields of one protobuf message in the order in which they lie there
/// (https://protobuf.dev/programming-guides/encoding). What comes is checked: a length that leaves the message, a number that does
/// not end, or a field of another type than the schema's is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int BytesType = 2;
    private const int Fixed32Type = 5;

    private ReadOnlySpan<byte> _rest = message;
    private int _type;

    /// <summary>The number of the field that <see cref="Next"/> went to.</summary>
    public int Field { get; private set; }

    /// <summary>The field is length-delimited: a message, text, bytes or packed numbers.</summary>
    public readonly bool IsBytes => _type == BytesType;

    /// <summary>Goes to the next field, which must then be read or skipped; false at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = ReadVarint();
        (Field, _type) = ((int)(tag >> 3), (int)(tag & 7));
        return Field > 0 && tag <= uint.MaxValue ? true : throw new InvalidDataException($"The tag {tag} is no field's.");
    }

    public ulong Varint()
    {
        Expect(VarintType);
        return ReadVarint();
    }

    public int Int32() => unchecked((int)Varint());

    public ulong Fixed64()
    {
        Expect(Fixed64Type);
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
    }

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(BytesType);
        var length = ReadVarint();
        return length <= int.MaxValue ? Take((int)length) : throw new InvalidDataException($"Field {Field} is {length} bytes long.");
    }

    public void Skip()
    {
        switch (_type)
        {
            case VarintType: ReadVarint(); break;
            case Fixed64Type: Take(sizeof(ulong)); break;
            case BytesType: Bytes(); break;
            case Fixed32Type: Take(sizeof(uint)); break;
            default: throw new InvalidDataException($"Field {Field} has the unknown wire type {_type}.");
        }
    }

    private readonly void Expect(int type)
    {
        if (_type != type)
            throw new InvalidDataException($"Field {Field} has the wire type {_type}; {type} was expected.");
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("A number is longer than ten bytes.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException($"The message ends {count - _rest.Length} bytes before field {Field} does.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
