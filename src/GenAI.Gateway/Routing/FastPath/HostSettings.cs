using System.Collections.Frozen;
using GenAI.Gateway.Access.Cors;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.Routing.FastPath;

/// <summary>What the host does to requests before the routes are looked at, where it is configured to: the fast path leaves that to it.</summary>
internal sealed class HostSettings(IOptions<CorsOptions> cors, IOptions<ForwardedHeadersOptions> forwarded, IOptionsMonitor<HostFilteringOptions> hosts)
{
    private const string AnyHost = "*";

    /// <summary>
    /// Headers that mean something to it: <c>Origin</c> where pages of others may use the gateway, <c>X-Forwarded-…</c> where a proxy in front
    /// is believed (<c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>, which a published AppHost sets).
    /// </summary>
    public FrozenSet<string> Headers { get; } = Named(cors.Value, forwarded.Value).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it refuses hosts that are not named (<c>AllowedHosts</c>).</summary>
    public bool RestrictsHosts => hosts.CurrentValue.AllowedHosts is { Count: > 0 } allowed && !allowed.Contains(AnyHost);

    private static IEnumerable<string> Named(CorsOptions cors, ForwardedHeadersOptions forwarded)
    {
        if (cors.Origins.Length > 0) yield return HeaderNames.Origin;
        if (forwarded.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedFor)) yield return forwarded.ForwardedForHeaderName;
        if (forwarded.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedHost)) yield return forwarded.ForwardedHostHeaderName;
        if (forwarded.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedProto)) yield return forwarded.ForwardedProtoHeaderName;
        if (forwarded.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedPrefix)) yield return forwarded.ForwardedPrefixHeaderName;
    }
}
