using System.Text;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Tickets;
using GenAI.Gateway.Routing.Clients;
using Microsoft.AspNetCore.WebUtilities;

namespace GenAI.Gateway.Access.Requests;

/// <summary>What a request brings to say who makes it, and how it is taken away before the request goes on to an instance.</summary>
internal static class Credentials
{
    public const string KeyHeader = "X-API-Key";
    public const string Bearer = "Bearer ";
    private const string BasicScheme = "Basic ";

    // A key's 66 characters, and a user name, in base 64.
    private const int LongestBasic = 1024;

    /// <summary>The key of <c>Authorization: Bearer</c>, or of <c>X-API-Key</c>; empty when there is none. Allocates nothing.</summary>
    public static ReadOnlySpan<char> Key(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization;
        if (authorization.Count == 1 && authorization[0].AsSpan() is var value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return value[Bearer.Length..].Trim();
        return headers.TryGetValue(KeyHeader, out var key) && key.Count == 1 ? key[0].AsSpan().Trim() : default;
    }

    /// <summary>
    /// The key that <c>Authorization: Basic</c> brings as the password, whatever the user's name (RFC 7617), as clients of A1111's web UI send
    /// what they were given for its <c>--api-auth user:password</c>. Empty when it brings none; null when it is not Basic.
    /// </summary>
    public static string? BasicPassword(IHeaderDictionary headers)
    {
        if (headers.Authorization is not [{ } authorization] || !authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase)) return null;
        var text = authorization.AsSpan(BasicScheme.Length).Trim();
        if (text.Length > LongestBasic) return "";

        Span<byte> pair = stackalloc byte[LongestBasic];
        if (!Convert.TryFromBase64Chars(text, pair, out var length)) return "";
        pair = pair[..length];
        var colon = pair.IndexOf((byte)':');
        return colon < 0 ? "" : Encoding.UTF8.GetString(pair[(colon + 1)..]);
    }

    /// <summary>Null unless the request opens a WebSocket, for which alone tickets are good.</summary>
    public static string? Ticket(HttpContext context) =>
        context.Request.QueryString.HasValue && context.IsWebSocket()
        && context.Request.Query.TryGetValue(TicketBook.QueryName, out var ticket) && ticket.Count == 1
            ? ticket[0]
            : null;

    /// <summary>The instance has no business with them, and may write headers and addresses to its log.</summary>
    public static void Remove(HttpRequest request)
    {
        request.Headers.Remove("Authorization");
        request.Headers.Remove(KeyHeader);
        if (request.QueryString.HasValue && request.Query.ContainsKey(TicketBook.QueryName)) RemoveTicket(request);
    }

    /// <summary>Where no keys are asked for, other credentials are the instance's; ours are nobody's.</summary>
    public static void RemoveOurs(HttpRequest request)
    {
        var headers = request.Headers;
        if (ApiKeyFormat.TryGetId(Key(headers), out _)) Remove(request);
    }

    private static void RemoveTicket(HttpRequest request)
    {
        var kept = request.Query.Where(pair => !pair.Key.Equals(TicketBook.QueryName, StringComparison.OrdinalIgnoreCase))
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, (string?)value));
        request.QueryString = new QueryString(QueryHelpers.AddQueryString("", kept));
    }
}
