using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ServiceDiscovery.Resolution;

namespace Microsoft.Extensions.ServiceDiscovery.PassThrough;

/// <summary>When nothing is known of a service, its name is its address: the platform's DNS is trusted with the rest.</summary>
internal sealed class PassThroughServiceEndpointProvider(ServiceEndpointQuery query) : IServiceEndpointProvider
{
    public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count > 0) return ValueTask.CompletedTask;
        var endpoint = ServiceEndpoint.Create(EndpointParser.FromHost(query.ServiceName, query.Port));
        endpoint.Features.Set<IServiceEndpointProvider>(this);
        endpoints.Endpoints.Add(endpoint);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override string ToString() => "Pass-through";
}

internal sealed class PassThroughServiceEndpointProviderFactory : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        provider = query.ServiceName.Length == 0 ? null : new PassThroughServiceEndpointProvider(query);
        return provider is not null;
    }
}
