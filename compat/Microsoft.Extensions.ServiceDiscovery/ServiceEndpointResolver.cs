using Microsoft.Extensions.ServiceDiscovery.Resolution;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Names of services in, addresses out. An answer is kept until one of its providers says that it has changed.</summary>
public sealed class ServiceEndpointResolver : IAsyncDisposable
{
    private readonly ServiceEntries _entries;

    internal ServiceEndpointResolver(ServiceEntries entries) => _entries = entries;

    public ValueTask<ServiceEndpointSource> GetEndpointsAsync(string serviceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        return _entries.UseAsync(serviceName, (entry, token) => entry.GetEndpointsAsync(token), cancellationToken);
    }

    public ValueTask DisposeAsync() => _entries.DisposeAsync();
}
