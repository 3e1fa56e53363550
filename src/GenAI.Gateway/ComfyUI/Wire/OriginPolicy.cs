using System.Net;
using GenAI.Gateway.Access.Cors;
using GenAI.Gateway.Errors;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>
/// Keeps a web page that a user happens to visit from using the user's own ComfyUI: a browser sends simple POSTs and opens WebSockets to
/// any address, and says only in headers for whom. As in ComfyUI a page of another site is refused, and on a loopback address one of
/// another origin; pages that CORS names are welcome.
/// </summary>
internal static class OriginPolicy
{
    /// <returns>Null when the request may go on.</returns>
    public static ApiError? Refuse(HttpContext context)
    {
        var headers = context.Request.Headers;
        var origin = headers.Origin.ToString();
        var isCrossSite = headers["Sec-Fetch-Site"].ToString().Equals("cross-site", StringComparison.OrdinalIgnoreCase);
        if (origin.Length == 0 && !isCrossSite) return null;

        var welcome = context.RequestServices.GetRequiredService<IOptions<CorsOptions>>().Value.Origins;
        if (Allows(context.Request.Host, origin, isCrossSite, welcome)) return null;
        return new ApiError(StatusCodes.Status403Forbidden, "cross_origin",
            $"A page of '{(origin.Length > 0 ? origin : "another site")}' may not use this server; name its origin in {CorsOptions.Section}:Origins to allow it.");
    }

    /// <summary>Pure.</summary>
    /// <param name="host">Whom the browser asked.</param>
    /// <param name="origin">For whose page; empty when it does not say.</param>
    /// <param name="isCrossSite">The browser says that the page is of another site.</param>
    /// <param name="welcome">Origins that configuration allows.</param>
    public static bool Allows(HostString host, string origin, bool isCrossSite, IReadOnlyList<string> welcome)
    {
        if (origin.Length > 0 && welcome.Any(known => known == CorsOptionsValidator.Any || known.Equals(origin, StringComparison.OrdinalIgnoreCase)))
            return true;
        if (isCrossSite) return false;
        if (origin.Length == 0 || !host.HasValue || !IsLoopback(host.Host)) return true;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page)) return false;

        // Some browsers leave a port out; then only the names count.
        var samePort = page.IsDefaultPort || host.Port is null || page.Port == host.Port;
        return samePort && page.Host.Trim('[', ']').Equals(host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
