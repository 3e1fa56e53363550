namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>Does something a while after it was first set, once however often it was.</summary>
internal sealed class StatusTimer : IDisposable
{
    private readonly ITimer _timer;
    private readonly TimeSpan _wait;
    private int _isSet;

    public StatusTimer(TimeProvider clock, TimeSpan wait, Action act)
    {
        _wait = wait;
        _timer = clock.CreateTimer(_ =>
        {
            Volatile.Write(ref _isSet, 0);
            act();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0) _timer.Change(_wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
