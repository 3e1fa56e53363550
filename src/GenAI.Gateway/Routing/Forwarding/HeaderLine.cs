using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>What a header of an answer is to the one who passes it on.</summary>
internal enum HeaderRole
{
    /// <summary>The client's.</summary>
    PassedOn,

    /// <summary>Of this connection only (RFC 9110, 7.6.1).</summary>
    Dropped,
    Connection,
    ContentLength,
    TransferEncoding,
}

/// <summary>
/// One line of an answer's head, read. It is kept with its bytes, because an instance mostly repeats itself: a line that is the same as in the
/// answer before costs a comparison, and no memory.
/// </summary>
internal sealed class HeaderLine
{
    /// <summary>What a name is made of (RFC 9110, 5.6.2).</summary>
    public static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> ControlBytes =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(value => value != '\t').Append(0x7f).Select(value => (byte)value)]);

    private static readonly FrozenDictionary<string, HeaderRole> Roles = new Dictionary<string, HeaderRole>(
        HopHeaders.Names.Select(name => KeyValuePair.Create(name, HeaderRole.Dropped)), StringComparer.OrdinalIgnoreCase)
    {
        [HeaderNames.Connection] = HeaderRole.Connection,
        [HeaderNames.ContentLength] = HeaderRole.ContentLength,
        [HeaderNames.TransferEncoding] = HeaderRole.TransferEncoding,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly byte[] _bytes;

    private HeaderLine(ReadOnlySpan<byte> line, string name, string value)
    {
        _bytes = line.ToArray();
        Name = name;
        Value = value;
        Role = Roles.GetValueOrDefault(name);
    }

    /// <summary>The line as it came, without its end.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public string Name { get; }

    /// <summary>A character for each byte (Latin-1).</summary>
    public string Value { get; }

    public HeaderRole Role { get; }

    public bool Is(ReadOnlySpan<byte> line) => line.SequenceEqual(_bytes);

    /// <param name="line">Without its end.</param>
    /// <exception cref="HttpRequestException">It is no header.</exception>
    public static HeaderLine Parse(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes))
            throw ProtocolErrors.Invalid("The answer has a header without a name, or with a name that is none.");

        var value = line[(colon + 1)..].Trim(" \t"u8);
        var name = Encoding.ASCII.GetString(line[..colon]);
        if (value.ContainsAny(ControlBytes)) throw ProtocolErrors.Invalid($"The answer's header '{name}' has a control character in it.");
        return new HeaderLine(line, name, Encoding.Latin1.GetString(value));
    }
}
