using System.Collections.Concurrent;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>The connections to all instances, by address.</summary>
internal sealed class InstancePools(TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, InstancePool> _pools = new(StringComparer.Ordinal);

    /// <param name="prefix">Where the instance is, as YARP has it.</param>
    public InstancePool To(string prefix) =>
        _pools.GetOrAdd(prefix, static (prefix, clock) => new InstancePool(InstanceOrigin.Of(prefix), clock), clock);

    /// <summary>Ends connections that have been silent for too long, and forgets instances to which there are none.</summary>
    public void Sweep(TimeSpan mostKept)
    {
        foreach (var pool in _pools)
            if (pool.Value.Sweep(mostKept)) _pools.TryRemove(pool);
    }

    public void Dispose()
    {
        foreach (var pool in _pools.Values) pool.Dispose();
    }
}
