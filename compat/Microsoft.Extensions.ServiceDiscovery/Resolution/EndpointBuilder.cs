using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

internal sealed class EndpointBuilder : IServiceEndpointBuilder
{
    private readonly List<ServiceEndpoint> _endpoints = [];
    private readonly List<IChangeToken> _changeTokens = [];

    public IList<ServiceEndpoint> Endpoints => _endpoints;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public void AddChangeToken(IChangeToken changeToken) => _changeTokens.Add(changeToken);

    public ServiceEndpointSource Build() => new(_endpoints, CombinedToken(), Features);

    private IChangeToken CombinedToken() => _changeTokens.Count switch
    {
        0 => NullChangeToken.Singleton,
        1 => _changeTokens[0],
        _ => new CompositeChangeToken(_changeTokens),
    };
}
