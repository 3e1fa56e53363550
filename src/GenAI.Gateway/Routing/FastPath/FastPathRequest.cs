using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Access.Tickets;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Microsoft.Net.Http.Headers;
using KestrelMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>
/// The head of a plain request: GET or HEAD by HTTP/1.1, without a body, with an address and headers that need no second look. It is read by
/// the server's own parser; whatever is not plain is left to the server, errors included. One for each connection.
/// </summary>
/// <param name="maxHeaders">More are the server's to refuse.</param>
/// <param name="alsoNotPlain">Headers that, as this gateway is configured, mean something to what stands before the routes.</param>
internal sealed class FastPathRequest(int maxHeaders, FrozenSet<string> alsoNotPlain) : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private const int LongestName = 64;
    private const int LongestHostLabel = 63;
    private const int LongestKey = 128;

    private static readonly HttpParser<FastPathRequest> Parser = new(showErrorDetails: false);

    // Neither a percent sign nor a plus: what is encoded is decoded, compared and encoded again by others.
    private static readonly SearchValues<byte> PlainPath =
        SearchValues.Create("!$&'()*,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"u8);

    private static readonly SearchValues<byte> PlainQuery =
        SearchValues.Create("!$&'()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"u8);

    private static readonly SearchValues<byte> HostName =
        SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly FrozenDictionary<string, Role>.AlternateLookup<ReadOnlySpan<char>> Roles =
        AllRoles().GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly HeadBuffer _headers = new();
    private readonly char[] _key = new char[LongestKey];
    private byte[] _target = [];
    private byte[] _host = [];
    private int _targetLength;
    private int _pathLength;
    private int _keyLength;
    private int _count;
    private bool _hasHost;
    private bool _isPlain;

    /// <summary>What a header is to this path.</summary>
    private enum Role
    {
        PassedOn,

        /// <summary>Not passed on, and without a meaning here.</summary>
        Dropped,
        Host,
        Authorization,
        ApiKey,
        Connection,

        /// <summary>Of a request that is not plain.</summary>
        NotPlain,
    }

    public bool IsHead { get; private set; }

    public string Method => IsHead ? HttpMethods.Head : HttpMethods.Get;

    /// <summary>ASCII; begins with a slash, and has no query.</summary>
    public ReadOnlySpan<byte> Path => _target.AsSpan(0, _pathLength);

    /// <summary>ASCII; empty, or begins with a question mark.</summary>
    public ReadOnlySpan<byte> Query => _target.AsSpan(_pathLength, _targetLength - _pathLength);

    /// <summary>The key that it brings; empty when there is none.</summary>
    public ReadOnlySpan<char> Key => _key.AsSpan(0, _keyLength);

    public ReadOnlySpan<byte> Host => _host;

    /// <summary>The headers that are passed on, each with the end of its line; the host is not among them.</summary>
    public ReadOnlySpan<byte> Headers => _headers.Written.Span;

    /// <param name="head">Everything up to the empty line and with it.</param>
    /// <returns>Whether it is plain. If not, nothing else here means anything.</returns>
    public bool TryRead(ReadOnlySequence<byte> head)
    {
        _headers.Clear();
        _keyLength = _count = 0;
        _hasHost = false;
        var reader = new SequenceReader<byte>(head);
        try
        {
            return Parser.ParseRequestLine(this, ref reader) && _isPlain && Parser.ParseHeaders(this, ref reader) && _isPlain && _hasHost && reader.End;
        }
        catch (BadHttpRequestException)
        {
            // The server finds the same, and answers it.
            return false;
        }
    }

    /// <summary>The value of a header that is passed on; null when there is none.</summary>
    public string? PassedOn(string name)
    {
        foreach (var range in Headers.Split("\r\n"u8))
        {
            var line = Headers[range];
            var colon = line.IndexOf((byte)':');
            if (colon == name.Length && Ascii.EqualsIgnoreCase(line[..colon], name)) return Encoding.ASCII.GetString(line[(colon + 2)..]);
        }

        return null;
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        var target = startLine[targetPath.Offset..];
        _isPlain = versionAndMethod.Version == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion.Http11
            && versionAndMethod.Method is KestrelMethod.Get or KestrelMethod.Head
            && IsPlainPath(target[..targetPath.Length]) && IsPlainQuery(target[targetPath.Length..]);
        if (!_isPlain) return;

        IsHead = versionAndMethod.Method == KestrelMethod.Head;
        if (_target.Length < target.Length) _target = new byte[target.Length];
        target.CopyTo(_target);
        (_targetLength, _pathLength) = (target.Length, targetPath.Length);
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // Printable ASCII only: how other bytes are read, and what they become, is the server's to decide.
        _isPlain = _isPlain && ++_count <= maxHeaders
            && name.Length is > 0 and <= LongestName && !name.ContainsAnyExcept(HeaderLine.TokenBytes) && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            && TryTake(name, value);
    }

    public void OnHeadersComplete(bool endStream)
    {
    }

    /// <summary>HTTP/2's.</summary>
    public void OnStaticIndexedHeader(int index) => _isPlain = false;

    /// <summary>HTTP/2's.</summary>
    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => _isPlain = false;

    private static FrozenDictionary<string, Role> AllRoles()
    {
        var roles = RequestHead.NotCopied.ToDictionary(name => name, _ => Role.Dropped, StringComparer.OrdinalIgnoreCase);
        // A body, another protocol, or a trace that the client has begun.
        string[] notPlain =
            [HeaderNames.ContentLength, HeaderNames.TransferEncoding, HeaderNames.Upgrade, HeaderNames.Expect, "HTTP2-Settings", .. RequestHead.TraceFields];
        foreach (var name in notPlain) roles[name] = Role.NotPlain;
        roles[HeaderNames.Host] = Role.Host;
        roles[HeaderNames.Connection] = Role.Connection;
        roles[HeaderNames.Authorization] = Role.Authorization;
        roles[Credentials.KeyHeader] = Role.ApiKey;
        return roles.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Segments of dots and empty ones are others' to resolve.</summary>
    private static bool IsPlainPath(ReadOnlySpan<byte> path) =>
        path.Length > 0 && path[0] == '/' && !path.ContainsAnyExcept(PlainPath) && path.IndexOf("/."u8) < 0 && path.IndexOf("//"u8) < 0;

    /// <summary>A ticket is others' to take out.</summary>
    private static bool IsPlainQuery(ReadOnlySpan<byte> query)
    {
        if (query.IsEmpty) return true;
        Span<char> text = query.Length <= 512 ? stackalloc char[query.Length] : new char[query.Length];
        Encoding.ASCII.GetChars(query, text);
        return !query.ContainsAnyExcept(PlainQuery) && !((ReadOnlySpan<char>)text).Contains(TicketBook.QueryName, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A name or an IPv4 address, and a port if any. What is not plain may still be a host.</summary>
    private static bool IsPlainHost(ReadOnlySpan<byte> host)
    {
        var colon = host.IndexOf((byte)':');
        var name = colon < 0 ? host : host[..colon];
        if (name.Length is 0 or > LongestHostLabel || name.ContainsAnyExcept(HostName) || name.IndexOf("xn--"u8) >= 0) return false;
        if (name[0] == '.' || name.IndexOf(".."u8) >= 0) return false;
        return colon < 0 || (host[(colon + 1)..] is { Length: <= 5 } port && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<char> text = stackalloc char[LongestName];
        Encoding.ASCII.GetChars(name, text);
        text = text[..name.Length];
        if (alsoNotPlain.Count > 0 && alsoNotPlain.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text)) return false;
        switch (Roles.TryGetValue(text, out var role) ? role : Role.PassedOn)
        {
            case Role.PassedOn:
                _headers.Add(name);
                _headers.Add(": "u8);
                _headers.Add(value);
                _headers.Add("\r\n"u8);
                return true;
            case Role.Dropped:
                return true;
            case Role.Host:
                return TryTakeHost(value);
            case Role.Connection:
                return Ascii.EqualsIgnoreCase(value, "keep-alive");
            case Role.Authorization:
                return TryTakeBearer(value);
            case Role.ApiKey:
                return TryTakeKey(value);
            default:
                return false;
        }
    }

    private bool TryTakeHost(ReadOnlySpan<byte> value)
    {
        if (_hasHost) return false;
        _hasHost = true;
        if (_host.Length > 0 && value.SequenceEqual(_host)) return true;
        if (!IsPlainHost(value)) return false;
        _host = value.ToArray();
        return true;
    }

    private bool TryTakeBearer(ReadOnlySpan<byte> value)
    {
        var length = Credentials.Bearer.Length;
        return value.Length > length && Ascii.EqualsIgnoreCase(value[..length], Credentials.Bearer) && TryTakeKey(value[length..].Trim((byte)' '));
    }

    /// <summary>One: which of two counts is others' to decide.</summary>
    private bool TryTakeKey(ReadOnlySpan<byte> value)
    {
        if (_keyLength > 0 || value.Length is 0 or > LongestKey) return false;
        _keyLength = Encoding.ASCII.GetChars(value, _key);
        return true;
    }
}
