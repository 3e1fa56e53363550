using System.Net;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>Where an instance is, taken apart once.</summary>
internal sealed class InstanceOrigin
{
    private InstanceOrigin(string prefix, Uri address)
    {
        Prefix = prefix;
        Host = address.IdnHost;
        BoxedPort = address.Port;
        EndPoint = IPAddress.TryParse(address.IdnHost, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.IdnHost, address.Port);
        Authority = address.Authority;
        Path = address.AbsolutePath;
        PathPrefix = Path.TrimEnd('/');
    }

    /// <summary>As YARP has it: <c>http://10.0.0.7:8188/</c>.</summary>
    public string Prefix { get; }

    public string Host { get; }

    /// <summary>The port, as tags have it.</summary>
    public object BoxedPort { get; }

    public EndPoint EndPoint { get; }

    public string Authority { get; }

    /// <summary>Begins with a slash.</summary>
    public string Path { get; }

    /// <summary>What goes in front of every path: empty, or begins with a slash and ends without.</summary>
    public string PathPrefix { get; }

    public static bool CanReach(string prefix) => prefix.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    public static InstanceOrigin Of(string prefix) => new(prefix, new Uri(prefix, UriKind.Absolute));
}
