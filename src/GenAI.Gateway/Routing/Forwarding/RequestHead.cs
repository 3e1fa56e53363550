using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>
/// A client's request as an instance gets it: what YARP's default transforms, <see cref="ProxyConfigBuilder.Route"/> and
/// <see cref="PassThroughTransforms"/> make of a request without a body, written at once. A test compares the two.
/// </summary>
internal static class RequestHead
{
    public const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedHost = "X-Forwarded-Host";
    private const string ForwardedProto = "X-Forwarded-Proto";
    private const string ForwardedPrefix = "X-Forwarded-Prefix";

    /// <summary>What neither a path nor a query may hold as it is; what also holds a percent sign or worse in a path takes the long way.</summary>
    private static readonly SearchValues<char> PlainPath =
        SearchValues.Create("!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> PlainQuery =
        SearchValues.Create("!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    /// <summary>Headers that are left out, or written by us.</summary>
    public static readonly FrozenSet<string> NotCopied = new[]
    {
        HeaderNames.Host, HeaderNames.ContentLength, ForwardedFor, ForwardedHost, ForwardedProto, ForwardedPrefix,
    }.Concat(HopHeaders.Names).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>By which traces are passed on.</summary>
    public static readonly FrozenSet<string> TraceFields =
        DistributedContextPropagator.Current.Fields.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="into">Emptied first.</param>
    /// <param name="context">A GET or HEAD without a body.</param>
    /// <param name="origin">The instance.</param>
    /// <param name="span">The span of the request to the instance; null: not traced, and what the client said of traces goes on as it is.</param>
    public static void Write(HeadBuffer into, HttpContext context, InstanceOrigin origin, Activity? span)
    {
        var request = context.Request;
        into.Clear();
        into.Add(request.Method);
        into.Add(" "u8);
        WriteTarget(into, context, origin);
        into.Add(" HTTP/1.1\r\n"u8);

        var host = request.Headers.Host.ToString();
        into.AddHeader(HeaderNames.Host, host.Length > 0 ? host : origin.Authority);
        foreach (var (name, values) in request.Headers)
        {
            if (NotCopied.Contains(name) || (span is not null && TraceFields.Contains(name))) continue;
            for (var i = 0; i < values.Count; i++) into.AddHeader(name, values[i] ?? "");
        }

        if (context.Connection.RemoteIpAddress is { } client) into.AddHeader(ForwardedFor, client.ToString());
        if (host.Length > 0) into.AddHeader(ForwardedHost, host);
        into.AddHeader(ForwardedProto, request.Scheme);
        if (request.PathBase.HasValue) into.AddHeader(ForwardedPrefix, request.PathBase.ToUriComponent());
        if (span is not null) WriteTrace(into, span);
        into.Add("\r\n"u8);
    }

    private static void WriteTarget(HeadBuffer into, HttpContext context, InstanceOrigin origin)
    {
        var request = context.Request;
        var rest = ModelPaths.Rest(request.Path.Value ?? "");
        var query = request.QueryString.Value ?? "";
        if (rest.ContainsAnyExcept(PlainPath) || query.AsSpan().ContainsAnyExcept(PlainQuery))
        {
            into.Add(Rewritten(context, origin, rest.ToString()));
            return;
        }

        into.Add(rest.IsEmpty ? origin.Path : origin.PathPrefix);
        into.Add(rest);
        into.Add(query);
    }

    private static string Rewritten(HttpContext context, InstanceOrigin origin, string rest)
    {
        var query = context.Request.QueryString;
        return (PassThroughTransforms.AddressAsWritten(context, origin.Prefix)
            ?? RequestUtilities.MakeDestinationAddress(origin.Prefix, new PathString(rest), query)).PathAndQuery;
    }

    public static void WriteTrace(HeadBuffer into, Activity span) =>
        DistributedContextPropagator.Current.Inject(span, into, static (carrier, name, value) => ((HeadBuffer)carrier!).AddHeader(name, value));
}
