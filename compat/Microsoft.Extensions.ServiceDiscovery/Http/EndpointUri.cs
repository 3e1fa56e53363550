using System.Net;
using Microsoft.Extensions.ServiceDiscovery.Resolution;

namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>The address to send to: path and query of the request, everything else of the endpoint.</summary>
internal static class EndpointUri
{
    public static Uri Combine(Uri requested, EndPoint endPoint, ServiceDiscoveryOptions options) => endPoint switch
    {
        UriEndPoint { Uri: var address } => OnUri(requested, address),
        IPEndPoint ip => OnHost(requested, ip.Address.ToString(), ip.Port, options),
        DnsEndPoint dns => OnHost(requested, dns.Host, dns.Port, options),
        _ => throw new InvalidOperationException($"An endpoint of type {endPoint.GetType()} cannot take HTTP requests."),
    };

    private static Uri OnUri(Uri requested, Uri address)
    {
        var result = new UriBuilder(requested) { Scheme = address.Scheme, Host = address.Host, Port = address.Port };
        if (address.AbsolutePath.Length > 1) result.Path = $"{address.AbsolutePath.TrimEnd('/')}/{requested.AbsolutePath.TrimStart('/')}";
        return result.Uri;
    }

    private static Uri OnHost(Uri requested, string host, int port, ServiceDiscoveryOptions options)
    {
        var result = new UriBuilder(requested) { Host = host };
        if (port > 0) result.Port = port;
        if (requested.Scheme.Contains('+', StringComparison.Ordinal)) result.Scheme = RequireAllowed(requested.Scheme.Split('+')[0], options);
        return result.Uri;
    }

    private static string RequireAllowed(string scheme, ServiceDiscoveryOptions options) => options.IsAllowed(scheme)
        ? scheme
        : throw new InvalidOperationException($"The scheme '{scheme}' is not allowed; allowed: {string.Join(", ", options.AllowedSchemes)}.");
}
