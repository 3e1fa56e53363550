using System.Buffers.Text;
using System.Text;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>The bytes of a request's head while it is written; grows as needed and is used again for the connection's next one.</summary>
internal sealed class HeadBuffer
{
    private const int LeastBytes = 512;
    private const int MaxDigits = 19;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>As UTF-8, which is how the server has read it.</summary>
    public void Add(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public void AddHeader(string name, string value)
    {
        // The server lets none of these in; should one get here all the same, it must not end the line.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0')) return;
        Add(name);
        Add(": "u8);
        Add(value);
        Add("\r\n"u8);
    }

    public void AddLength(long length)
    {
        Add("Content-Length: "u8);
        var room = Room(MaxDigits);
        Utf8Formatter.TryFormat(length, room, out var digits);
        _length += digits;
        Add("\r\n"u8);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(Math.Max(_bytes.Length * 2, LeastBytes), _length + count));
        return _bytes.AsSpan(_length);
    }
}
