using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Tickets;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace GenAI.Gateway.Access.Requests;

/// <summary>What a request brings to say who makes it, and how it is taken away before the request goes on to an instance.</summary>
internal static class Credentials
{
    public const string KeyHeader = "X-API-Key";
    private const string Bearer = "Bearer ";

    /// <summary>The key of <c>Authorization: Bearer</c>, or of <c>X-API-Key</c>; empty when there is none. Allocates nothing.</summary>
    public static ReadOnlySpan<char> Key(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization;
        if (authorization.Count == 1 && authorization[0].AsSpan() is var value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return value[Bearer.Length..].Trim();
        return headers.TryGetValue(KeyHeader, out var key) && key.Count == 1 ? key[0].AsSpan().Trim() : default;
    }

    /// <summary>Null unless the request opens a WebSocket, for which alone tickets are good.</summary>
    public static string? Ticket(HttpContext context) =>
        context.Request.QueryString.HasValue && IsWebSocket(context)
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

    public static bool IsWebSocket(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    private static void RemoveTicket(HttpRequest request)
    {
        var kept = request.Query.Where(pair => !pair.Key.Equals(TicketBook.QueryName, StringComparison.OrdinalIgnoreCase))
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, (string?)value));
        request.QueryString = new QueryString(QueryHelpers.AddQueryString("", kept));
    }
}
