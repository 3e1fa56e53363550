using System.Text;

namespace Aspire.Hosting.Dashboard.Otlp;

/// <summary>Writes the few fields that answers have.</summary>
internal sealed class ProtoWriter
{
    private readonly List<byte> _message = [];

    public void Varint(int field, ulong value)
    {
        Write((ulong)field << 3);
        Write(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Write(((ulong)field << 3) | 2);
        Write((ulong)bytes.Length);
        _message.AddRange(bytes);
    }

    public void Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public byte[] ToArray() => [.. _message];

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _message.Add((byte)(value | 0x80));
        _message.Add((byte)value);
    }
}
