using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>An endpoint with the ports that a published application gives it.</summary>
/// <param name="TargetPort">Where the container listens; null when the tool that deploys it decides.</param>
/// <param name="ExposedPort">Where others reach it, if that does not follow from <paramref name="TargetPort"/>.</param>
/// <param name="IsChosen">Nobody asked for <paramref name="ExposedPort"/>: it is one that was free.</param>
internal sealed record PublishedEndpoint(EndpointAnnotation Endpoint, int? TargetPort, int? ExposedPort, bool IsChosen)
{
    /// <summary>The endpoints of a resource, in the order in which they were declared.</summary>
    /// <param name="ports">Free ports for those that say nothing.</param>
    public static IReadOnlyList<PublishedEndpoint> Of(IResource resource, FreePorts ports)
    {
        var defaults = new HashSet<string>(StringComparer.Ordinal);
        var published = new List<PublishedEndpoint>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var target = TargetOf(resource, endpoint, defaults, ports);
            var isChosen = Asked(endpoint.Port) is null && target is null && !IsHttp(endpoint);
            var exposed = Asked(endpoint.Port) ?? (isChosen ? ports.Next() : null);
            ports.Take(target);
            ports.Take(exposed ?? target);
            published.Add(new(endpoint, target, exposed, isChosen));
        }

        return published;
    }

    /// <summary>The first http and the first https endpoint of a project listen where the tool that deploys it says.</summary>
    private static int? TargetOf(IResource resource, EndpointAnnotation endpoint, HashSet<string> defaults, FreePorts ports)
    {
        var isFirst = resource is ProjectResource && IsHttp(endpoint) && defaults.Add(endpoint.UriScheme);
        if (Asked(endpoint.TargetPort) is { } target)
            return target;
        if (resource is ContainerResource && Asked(endpoint.Port) is { } port)
            return port;
        return isFirst ? null : ports.Next();
    }

    private static bool IsHttp(EndpointAnnotation endpoint) => endpoint.UriScheme is "http" or "https";

    private static int? Asked(int? port) => port is 0 ? null : port;
}

/// <summary>Ports from 8000 on that no endpoint has asked for so far.</summary>
internal sealed class FreePorts
{
    private readonly HashSet<int> _taken = [];
    private int _next = 8000;

    public int Next()
    {
        while (!_taken.Add(_next))
            _next++;
        return _next++;
    }

    public void Take(int? port)
    {
        if (port is { } number)
            _taken.Add(number);
    }
}
