namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// Takes the chunked transfer coding (RFC 9112, 7.1) off a body that arrives in pieces of any size. Strict: a line ends with CR LF and
/// nothing else, a size is one to fifteen hexadecimal digits, and extensions and trailers, which are not passed on, are bounded.
/// </summary>
internal struct ChunkedDecoder
{
    private const int MaxSizeDigits = 15;
    private const int MaxExtensionBytes = 1 << 10;
    private const int MaxTrailerBytes = 16 << 10;

    private State _state;
    private long _size;
    private int _count;

    private enum State
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataReturn,
        DataEnd,
        LineStart,
        Trailer,
        TrailerEnd,
        LastEnd,
        Done,
    }

    /// <summary>Whether the body has ended; what follows it belongs to nobody.</summary>
    public readonly bool IsDone => _state == State.Done;

    /// <summary>Bytes of the present chunk that are still to come; 0 between chunks.</summary>
    public readonly long DataLeft => _state == State.Data ? _size : 0;

    /// <summary>Takes the framing at the beginning of <paramref name="input"/>, up to data, the end of the body or the end of the input.</summary>
    /// <returns>The number of bytes taken.</returns>
    /// <exception cref="HttpRequestException">It is not the chunked coding.</exception>
    public int SkipFraming(ReadOnlySpan<byte> input)
    {
        var index = 0;
        while (index < input.Length && _state is not (State.Data or State.Done)) Take(input[index++]);
        return index;
    }

    /// <summary>Counts bytes of the present chunk that were passed on.</summary>
    public void TakeData(long count)
    {
        _size -= count;
        if (_size == 0) _state = State.DataReturn;
    }

    private void Take(byte value)
    {
        switch (_state)
        {
            case State.Size:
                TakeSize(value);
                break;
            case State.Extension:
                if (value == '\r') _state = State.SizeEnd;
                else Bound(value, MaxExtensionBytes, "chunk extension");
                break;
            case State.SizeEnd:
                Expect(value, '\n', _size == 0 ? State.LineStart : State.Data);
                _count = 0;
                break;
            case State.DataReturn:
                Expect(value, '\r', State.DataEnd);
                break;
            case State.DataEnd:
                Expect(value, '\n', State.Size);
                break;
            case State.LineStart:
                _state = value == '\r' ? State.LastEnd : State.Trailer;
                if (_state == State.Trailer) Bound(value, MaxTrailerBytes, "trailer");
                break;
            case State.Trailer:
                if (value == '\r') _state = State.TrailerEnd;
                else Bound(value, MaxTrailerBytes, "trailer");
                break;
            case State.TrailerEnd:
                Expect(value, '\n', State.LineStart);
                break;
            case State.LastEnd:
                Expect(value, '\n', State.Done);
                break;
        }
    }

    private void TakeSize(byte value)
    {
        if (char.IsAsciiHexDigit((char)value))
        {
            if (++_count > MaxSizeDigits) throw ProtocolErrors.Invalid($"A chunk's size has more than {MaxSizeDigits} digits.");
            _size = (_size << 4) + DigitOf(value);
            return;
        }

        if (_count == 0 || value is not ((byte)'\r' or (byte)';' or (byte)' ' or (byte)'\t'))
            throw ProtocolErrors.Invalid("A chunk's size is not a hexadecimal number.");
        _count = 0;
        _state = value == '\r' ? State.SizeEnd : State.Extension;
    }

    private static int DigitOf(byte value) => value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10;

    private void Bound(byte value, int most, string what)
    {
        if (value == '\n' || ++_count > most) throw ProtocolErrors.Invalid($"A {what} is longer than {most} bytes or has a line feed in it.");
    }

    private void Expect(byte value, char expected, State next)
    {
        if (value != expected) throw ProtocolErrors.Invalid("A chunk does not end with CR LF where its size says.");
        _state = next;
    }
}
