using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery.Resolution;

/// <summary>The services asked for lately. Those not asked for in a while are let go when a new one comes.</summary>
internal sealed class ServiceEntries(
    IEnumerable<IServiceEndpointProviderFactory> factories,
    IOptions<ServiceDiscoveryOptions> options,
    TimeProvider clock,
    ILogger<ServiceEndpointResolver> logger) : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(30);

    private readonly IServiceEndpointProviderFactory[] _factories = [.. factories];
    private readonly ConcurrentDictionary<string, ServiceEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _disposed;

    /// <summary>Runs <paramref name="use"/> on the entry of a service, again when the entry was let go meanwhile (null).</summary>
    public async ValueTask<T> UseAsync<T>(
        string serviceName, Func<ServiceEntry, CancellationToken, ValueTask<T?>> use, CancellationToken cancellationToken) where T : class
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var entry = await GetOrAddAsync(serviceName);
            if (await use(entry, cancellationToken) is { } result) return result;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await RemoveAsync(_ => true);
    }

    /// <summary>For a container that is disposed synchronously; our own providers have nothing to wait for.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async ValueTask<ServiceEntry> GetOrAddAsync(string serviceName)
    {
        if (_entries.TryGetValue(serviceName, out var known)) return known;
        await RemoveAsync(entry => entry.IdleFor > MaxIdle);
        return _entries.GetOrAdd(serviceName, Create);
    }

    private async ValueTask RemoveAsync(Func<ServiceEntry, bool> condition)
    {
        foreach (var item in _entries.Where(item => condition(item.Value)))
            if (_entries.TryRemove(item)) await item.Value.DisposeAsync();
    }

    private ServiceEntry Create(string serviceName)
    {
        if (!ServiceEndpointQuery.TryParse(serviceName, out var query))
            throw new InvalidOperationException($"'{serviceName}' is not a service name: expected 'name', 'scheme://name' or 'scheme://_endpoint.name'.");

        var providers = new List<IServiceEndpointProvider>();
        foreach (var factory in _factories)
            if (factory.TryCreateProvider(query, out var provider)) providers.Add(provider);
        if (providers.Count == 0) throw new InvalidOperationException($"No service endpoint provider is registered for the service '{serviceName}'.");

        return new ServiceEntry(serviceName, [.. providers], options.Value.RefreshPeriod, clock, logger);
    }
}
