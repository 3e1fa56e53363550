using System.Net;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Access;

/// <summary>
/// The names under which the dashboard answers. A page on the web can make its own name point to this machine (DNS rebinding), but
/// not make the browser send another Host than that name: only loopback names, addresses and the configured hosts are answered.
/// </summary>
internal sealed class HostCheck(IEnumerable<string> configuredHosts)
{
    private readonly HashSet<string> _hosts = new(configuredHosts, StringComparer.OrdinalIgnoreCase);

    public bool Allows(HostString host)
    {
        var name = host.Host.Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(name, out _)
            || _hosts.Contains(name);
    }
}
