using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

internal sealed class ResolvedEndpoint(EndPoint endPoint, IFeatureCollection features) : ServiceEndpoint
{
    public override EndPoint EndPoint => endPoint;

    public override IFeatureCollection Features => features;

    /// <summary>Port 0 means that none was named; it is not shown.</summary>
    public override string? ToString() => endPoint switch
    {
        IPEndPoint { Port: 0 } ip => ip.Address.ToString(),
        DnsEndPoint { Port: 0 } dns => dns.Host,
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString(),
    };
}
