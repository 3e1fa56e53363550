using System.Diagnostics;
using System.Globalization;
using System.Net;
using GenAI.Gateway.Routing.Forwarding;
using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>The heads that the fast path writes: the same as the ordinary way makes of the same request and the same answer.</summary>
internal static class FastPathHeads
{
    /// <param name="into">Emptied first.</param>
    /// <param name="request">The client's.</param>
    /// <param name="rest">Where in its path the model's own path begins.</param>
    /// <param name="client">The client's address.</param>
    /// <param name="origin">The instance.</param>
    /// <param name="span">The span of the request to the instance; null: not traced.</param>
    public static void Write(HeadBuffer into, FastPathRequest request, int rest, string client, InstanceOrigin origin, Activity? span)
    {
        into.Clear();
        into.Add(request.IsHead ? "HEAD "u8 : "GET "u8);
        into.Add(origin.PathPrefix);
        into.Add(request.Path[rest..]);
        into.Add(request.Query);
        into.Add(" HTTP/1.1\r\nHost: "u8);
        into.Add(request.Host);
        into.Add("\r\n"u8);
        into.Add(request.Headers);
        into.AddHeader(RequestHead.ForwardedFor, client);
        into.Add("X-Forwarded-Host: "u8);
        into.Add(request.Host);
        into.Add("\r\nX-Forwarded-Proto: http\r\n"u8);
        if (span is not null) RequestHead.WriteTrace(into, span);
        into.Add("\r\n"u8);
    }

    /// <param name="into">Emptied first.</param>
    /// <param name="head">The instance's answer.</param>
    /// <param name="framing">Of the answer's body.</param>
    /// <param name="isHead">Whether it is the answer to HEAD.</param>
    /// <param name="route">By whose key.</param>
    /// <param name="clock">For an answer without a date, which whoever passes it on adds (RFC 9110, 6.6.1).</param>
    public static void Write(HeadBuffer into, ResponseHead head, BodyFraming framing, bool isHead, in FastPathRoute route, TimeProvider clock)
    {
        into.Clear();
        head.WriteStatusLine(into);
        if (route is { Window: { } state, Key.Window: { } window })
        {
            foreach (var (name, value) in state.Headers(window)) into.AddHeader(name, value);
        }

        var hasDate = false;
        for (var i = 0; i < head.Count; i++)
        {
            var line = head.Lines[i];
            if (line.Role != HeaderRole.PassedOn) continue;
            hasDate |= line.Name.Equals(HeaderNames.Date, StringComparison.OrdinalIgnoreCase);
            into.Add(line.Bytes);
            into.Add("\r\n"u8);
        }

        if (!hasDate) into.AddHeader(HeaderNames.Date, clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        WriteLength(into, head, framing, isHead);
        into.Add("\r\n"u8);
    }

    private static void WriteLength(HeadBuffer into, ResponseHead head, BodyFraming framing, bool isHead)
    {
        if (framing is BodyFraming.Chunked or BodyFraming.UntilClose) into.Add("Transfer-Encoding: chunked\r\n"u8);
        else if (head.Status == (int)HttpStatusCode.ResetContent) into.Add(isHead ? ""u8 : "Content-Length: 0\r\n"u8);
        else if (head.Status != (int)HttpStatusCode.NoContent && head.ContentLength is { } length) into.AddLength(length);
    }
}
