namespace GenAI.Gateway.Routing.Draining;

/// <summary>How many passed-through requests are under way. Allocates nothing, takes no lock.</summary>
internal sealed class PassThroughLoad
{
    private int _requests;
    private int _sockets;

    /// <summary>Sockets, which may be open for hours, not counted.</summary>
    public int Requests => Volatile.Read(ref _requests) - Volatile.Read(ref _sockets);

    public void Begin() => Interlocked.Increment(ref _requests);

    public void End() => Interlocked.Decrement(ref _requests);

    public void BeginSocket() => Interlocked.Increment(ref _sockets);

    public void EndSocket() => Interlocked.Decrement(ref _sockets);
}
