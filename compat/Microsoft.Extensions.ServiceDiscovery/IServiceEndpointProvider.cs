namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Knows the addresses of one service from one source.</summary>
public interface IServiceEndpointProvider : IAsyncDisposable
{
    ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken);
}
