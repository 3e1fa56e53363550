using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

/// <summary>Reads <c>http://host:80/base</c>, <c>host:80</c>, <c>10.0.0.1:80</c>, <c>host</c>.</summary>
internal static class EndpointParser
{
    public static bool TryParse(string? value, [NotNullWhen(true)] out EndPoint? endPoint)
    {
        endPoint = null;
        if (string.IsNullOrWhiteSpace(value)) return false;
        var hasScheme = value.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? value : $"none://{value}", UriKind.Absolute, out var uri)) return false;
        endPoint = hasScheme ? new UriEndPoint(uri) : FromHost(uri.Host, Math.Max(uri.Port, 0));
        return true;
    }

    public static EndPoint FromHost(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
}
