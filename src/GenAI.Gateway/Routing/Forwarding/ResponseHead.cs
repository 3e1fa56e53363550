using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// The status line and headers of an answer, read strictly (RFC 9112, 4 to 6): a line ends with CR LF, nothing is folded, lengths that are said
/// twice agree. What could be read in two ways is refused, since the one behind us could read it in the other. One for each connection.
/// </summary>
internal sealed class ResponseHead
{
    private const int MaxLines = 256;
    private const int VersionLength = 8;
    private const int StatusLineLeast = 12;

    private readonly List<HeaderLine> _lines = [];
    private byte[] _statusLine = [];
    private bool _isVersion11;
    private bool _closes;
    private bool _keepsAlive;
    private bool _isChunked;
    private long? _length;

    public int Status { get; private set; }

    /// <summary>Null where it is the usual one.</summary>
    public string? Reason { get; private set; }

    /// <summary>The number of <see cref="Lines"/> that are this answer's; those behind are older ones'.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<HeaderLine> Lines => _lines;

    public long? ContentLength => _length;

    /// <summary>Whether the connection can be used again once the body has been read.</summary>
    public bool KeepsConnection => _isVersion11 ? !_closes : _keepsAlive && !_closes;

    /// <param name="head">Everything up to the empty line and with it.</param>
    /// <exception cref="HttpRequestException">It is not HTTP/1.1 or 1.0, or contradicts itself.</exception>
    public void Read(ReadOnlySpan<byte> head)
    {
        Count = 0;
        _closes = _keepsAlive = _isChunked = false;
        _length = null;
        ReadStatusLine(TakeLine(ref head));
        for (var line = TakeLine(ref head); !line.IsEmpty; line = TakeLine(ref head)) Add(line);
        if (_isChunked && (_length is not null || !_isVersion11))
            throw ProtocolErrors.Invalid("The answer is chunked and has a Content-Length, or is HTTP/1.0.");
    }

    /// <summary>The status as a status line of our own has it, with the reason that the instance gives or the usual one.</summary>
    public void WriteStatusLine(HeadBuffer into)
    {
        into.Add("HTTP/1.1"u8);
        into.Add(_statusLine.AsSpan(VersionLength));
        if (_statusLine.Length <= StatusLineLeast + 1)
        {
            if (_statusLine.Length == StatusLineLeast) into.Add(" "u8);
            into.Add(ReasonPhrases.GetReasonPhrase(Status));
        }

        into.Add("\r\n"u8);
    }

    /// <param name="isHead">Whether the answer is one to HEAD.</param>
    public BodyFraming Framing(bool isHead)
    {
        if (isHead || Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified) return BodyFraming.None;
        if (_isChunked) return BodyFraming.Chunked;
        return _length is null ? BodyFraming.UntilClose : BodyFraming.Length;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        if (end <= 0 || head[end - 1] != '\r') throw ProtocolErrors.Invalid("A line of the answer's head does not end with CR LF.");
        var line = head[..(end - 1)];
        head = head[(end + 1)..];
        return line;
    }

    private void ReadStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(_statusLine)) return;

        var isStatusLine = line.Length >= StatusLineLeast && line.StartsWith("HTTP/1."u8) && line[7] is (byte)'0' or (byte)'1' && line[8] == ' '
            && (line.Length == StatusLineLeast || line[StatusLineLeast] == ' ');
        if (!isStatusLine || !int.TryParse(line[9..StatusLineLeast], NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 599)
            throw ProtocolErrors.Invalid("The answer does not begin with a status line of HTTP/1.1 or 1.0.");

        var reason = line.Length > StatusLineLeast ? Encoding.Latin1.GetString(line[(StatusLineLeast + 1)..]) : "";
        if (reason.Any(char.IsControl)) throw ProtocolErrors.Invalid("The answer's status line has a control character in it.");
        _isVersion11 = line[7] == '1';
        Status = status;
        Reason = string.Equals(reason, ReasonPhrases.GetReasonPhrase(status), StringComparison.Ordinal) ? null : reason;
        _statusLine = line.ToArray();
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (Count == MaxLines) throw ProtocolErrors.TooLarge($"The answer has more than {MaxLines} headers.");
        if (Count == _lines.Count) _lines.Add(HeaderLine.Parse(bytes));
        else if (!_lines[Count].Is(bytes)) _lines[Count] = HeaderLine.Parse(bytes);

        var line = _lines[Count++];
        switch (line.Role)
        {
            case HeaderRole.ContentLength:
                ReadLength(line.Value);
                break;
            case HeaderRole.TransferEncoding:
                if (_isChunked || !line.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                    throw ProtocolErrors.Invalid($"The answer's Transfer-Encoding is '{line.Value}'; expected chunked, once.");
                _isChunked = true;
                break;
            case HeaderRole.Connection:
                ReadConnection(line.Value);
                break;
        }
    }

    private void ReadLength(string value)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (_length is not null && _length != length))
            throw ProtocolErrors.Invalid($"The answer's Content-Length is '{value}'; expected one number of bytes.");
        _length = length;
    }

    private void ReadConnection(string value)
    {
        foreach (var option in value.AsSpan().Split(','))
        {
            var name = value.AsSpan(option).Trim();
            _closes |= name.Equals("close", StringComparison.OrdinalIgnoreCase);
            _keepsAlive |= name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase);
        }
    }
}
