using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A growing pooled buffer of UTF-8 text, up to a limit.</summary>
internal sealed class ExpositionBuffer(int initialBytes, int maxBytes) : IDisposable
{
    private const int LongestNumber = 40;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(initialBytes);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Write(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>Writes again what was written before.</summary>
    public void WriteAgain(Range written)
    {
        var (offset, length) = written.GetOffsetAndLength(Length);
        var room = Reserve(length);
        _bytes.AsSpan(offset, length).CopyTo(room);
        Length += length;
    }

    /// <summary>Writes a number, culture-independent.</summary>
    public void WriteNumber<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(Reserve(LongestNumber), out var written, format: default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Writes text with a backslash before each of <paramref name="escaped"/>, a line feed as <c>\n</c>.</summary>
    public void WriteEscaped(ReadOnlySpan<char> text, SearchValues<char> escaped)
    {
        while (text.IndexOfAny(escaped) is var index and >= 0)
        {
            WriteUtf8(text[..index]);
            Write((byte)'\\');
            Write(text[index] == '\n' ? (byte)'n' : (byte)text[index]);
            text = text[(index + 1)..];
        }

        WriteUtf8(text);
    }

    /// <exception cref="ScrapeTooLargeException">More was written than the limit.</exception>
    public void EnsureWithinLimit()
    {
        if (Length > maxBytes)
            throw new ScrapeTooLargeException(maxBytes);
    }

    /// <summary>Gives the bytes away: the caller returns them to the pool, and this buffer is done.</summary>
    public byte[] Detach()
    {
        var bytes = _bytes;
        (_bytes, Length) = ([], 0);
        return bytes;
    }

    public void Dispose()
    {
        if (Detach() is { Length: > 0 } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void WriteUtf8(ReadOnlySpan<char> text)
    {
        // A lone surrogate becomes U+FFFD: the formats allow nothing but valid UTF-8.
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, room);
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Grow(bytes);

        return _bytes.AsSpan(Length);
    }

    private void Grow(int bytes)
    {
        // What is asked for may be more than is needed, so only what is written counts against the limit.
        EnsureWithinLimit();
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)Length + bytes)));
        Written.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
