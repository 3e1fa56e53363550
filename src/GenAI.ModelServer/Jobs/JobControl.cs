namespace GenAI.ModelServer.Jobs;

/// <summary>The stop button of one running job. The first reason given stands.</summary>
internal sealed class JobControl(TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ITimer> _timers = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Cancelled when the job must stop; looked at between sampling steps.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Null while the job may go on.</summary>
    public JobStop? Reason { get; private set; }

    public void Stop(JobStop reason)
    {
        lock (_gate)
        {
            if (_disposed || Reason is not null) return;
            Reason = reason;
            // The job carries on, to its end, on another thread than that of whoever stops it, who may hold the queue's lock.
            _ = _stop.CancelAsync();
        }
    }

    public void StopAfter(TimeSpan delay, JobStop reason)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _timers.Add(clock.CreateTimer(_ => Stop(reason), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _timers.ForEach(timer => timer.Dispose());
            _stop.Dispose();
        }
    }
}
