using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace GenAI.Gateway.Routing.Draining;

/// <summary>How many passed-through requests are under way. Allocates nothing, takes no lock.</summary>
internal sealed class PassThroughLoad
{
    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> _beside = [];
    private int _requests;
    private int _sockets;

    /// <summary>Sockets, which may be open for hours, not counted.</summary>
    public int Requests => Volatile.Read(ref _requests) - Volatile.Read(ref _sockets);

    public void Begin() => Interlocked.Increment(ref _requests);

    public void End() => Interlocked.Decrement(ref _requests);

    /// <summary>One of which YARP does not know.</summary>
    public void Begin(DestinationState destination)
    {
        Begin();
        Interlocked.Increment(ref _beside.GetOrCreateValue(destination).Value);
    }

    public void End(DestinationState destination)
    {
        Interlocked.Decrement(ref _beside.GetOrCreateValue(destination).Value);
        End();
    }

    /// <summary>How many the instance has, those of which YARP knows included.</summary>
    public int Of(DestinationState destination) =>
        destination.ConcurrentRequestCount + (_beside.TryGetValue(destination, out var beside) ? Volatile.Read(ref beside.Value) : 0);

    public void BeginSocket() => Interlocked.Increment(ref _sockets);

    public void EndSocket() => Interlocked.Decrement(ref _sockets);
}
