using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The addresses of a service at one moment, and the token that says when to ask again.</summary>
public sealed class ServiceEndpointSource
{
    private readonly List<ServiceEndpoint> _endpoints;

    public ServiceEndpointSource(List<ServiceEndpoint>? endpoints, IChangeToken changeToken, IFeatureCollection features)
    {
        ArgumentNullException.ThrowIfNull(changeToken);
        _endpoints = endpoints ?? [];
        ChangeToken = changeToken;
        Features = features;
    }

    public IReadOnlyList<ServiceEndpoint> Endpoints => _endpoints;

    public IChangeToken ChangeToken { get; }

    public IFeatureCollection Features { get; }

    public override string ToString() => _endpoints.Count == 0 ? "[]" : $"[{string.Join(", ", _endpoints)}]";
}
