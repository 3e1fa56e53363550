using System.Collections.Immutable;

namespace GenAI.ModelServer.Jobs;

/// <summary>
/// The jobs that wait, in order, and the one that runs. Bounded: a full queue refuses.
/// Whoever changes it is told so through <see cref="Changed"/>, outside the lock.
/// </summary>
internal sealed class JobQueue<TJob>(int capacity, long maxBytes) : IDisposable where TJob : Job
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TJob, (double Number, long Arrival)> _pending = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private TJob? _running;
    private JobControl? _control;
    private long _arrivals;
    private bool _closed;

    public event EventHandler? Changed;

    /// <summary>False when the queue is full, or closed because the server is stopping.</summary>
    public bool TryAdd(TJob job)
    {
        lock (_gate)
        {
            if (_closed || _pending.Count >= capacity || PendingBytes + job.Bytes > maxBytes) return false;
            _pending.Enqueue(job, (job.Number, _arrivals++));
            _waiting.Release();
        }

        Changed?.Invoke(this, EventArgs.Empty);
        return true;
    }

    /// <summary>Waits for a job and marks it as the running one, with <paramref name="control"/> as its stop button.</summary>
    public async Task<TJob> TakeAsync(JobControl control, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _waiting.WaitAsync(cancellationToken);
            TJob? job;
            lock (_gate)
            {
                // A removed job leaves its signal behind.
                if (!_pending.TryDequeue(out job, out _)) continue;
                (_running, _control) = (job, control);
            }

            Changed?.Invoke(this, EventArgs.Empty);
            return job;
        }
    }

    /// <summary>The running job is over.</summary>
    public void Finish()
    {
        lock (_gate) (_running, _control) = (null, null);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Takes a job that still waits out of the queue.</summary>
    public bool Remove(string id)
    {
        lock (_gate)
        {
            if (_pending.UnorderedItems.FirstOrDefault(item => item.Element.Id == id).Element is not { } job) return false;
            _pending.Remove(job, out _, out _);
        }

        Changed?.Invoke(this, EventArgs.Empty);
        return true;
    }

    /// <summary>Takes all jobs that wait out of the queue.</summary>
    public ImmutableArray<TJob> Clear()
    {
        ImmutableArray<TJob> removed;
        lock (_gate)
        {
            removed = [.. Ordered()];
            _pending.Clear();
        }

        Changed?.Invoke(this, EventArgs.Empty);
        return removed;
    }

    /// <summary>Stops the running job, if it is the one named; any running one when <paramref name="id"/> is null.</summary>
    public bool Stop(string? id, JobStop reason)
    {
        lock (_gate)
        {
            if (_running is null || (id is not null && _running.Id != id)) return false;
            _control!.Stop(reason);
            return true;
        }
    }

    /// <summary>Takes the job out of the queue or stops it, wherever it is.</summary>
    public bool Cancel(string id) => Remove(id) || Stop(id, JobStop.Interrupted);

    /// <summary>Accepts nothing more; what waits is returned, and will not run.</summary>
    public ImmutableArray<TJob> Close()
    {
        lock (_gate) _closed = true;
        return Clear();
    }

    public JobQueueState<TJob> Snapshot()
    {
        lock (_gate) return new JobQueueState<TJob>(_running, [.. Ordered()]);
    }

    public int Count
    {
        get { lock (_gate) return _pending.Count + (_running is null ? 0 : 1); }
    }

    public int PendingCount
    {
        get { lock (_gate) return _pending.Count; }
    }

    public void Dispose() => _waiting.Dispose();

    private long PendingBytes => _pending.UnorderedItems.Sum(item => item.Element.Bytes);

    private IEnumerable<TJob> Ordered() =>
        _pending.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element);
}

/// <summary>The queue at one moment, what waits in the order in which it will run.</summary>
internal sealed record JobQueueState<TJob>(TJob? Running, ImmutableArray<TJob> Pending) where TJob : Job
{
    public int Count => Pending.Length + (Running is null ? 0 : 1);

    public bool Contains(string id) => Running?.Id == id || Pending.Any(job => job.Id == id);
}
