using System.Collections.Concurrent;

namespace GenAI.LoadTest.Servers;

/// <summary>
/// A model server that sleeps for as long as a GPU would compute: one job at a time, first in, first out, one checkpoint in memory.
/// </summary>
/// <param name="speed">Work per second, relative to the others.</param>
internal sealed class SleepingServer(double speed) : IDisposable
{
    /// <summary>How often a job tells how far it is.</summary>
    private const int Reports = 4;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentQueue<double> _gaps = new();
    private string? _checkpoint;
    private int _loads;
    private long _ended;

    /// <summary>How often a checkpoint was loaded.</summary>
    public int Loads => _loads;

    /// <summary>Milliseconds between the end of each job and the begin of the next: where jobs wait, what it costs to bring one.</summary>
    public IEnumerable<double> Gaps => _gaps;

    /// <summary>Waits for its turn, then loads and works.</summary>
    /// <param name="order">How long for.</param>
    /// <param name="checkpoint">That must be in memory; null: any.</param>
    /// <param name="began">Called when its turn has come.</param>
    /// <param name="progress">Called with steps done, of <see cref="Reports"/>.</param>
    /// <param name="cancellationToken">Ends it early: whoever asked is gone.</param>
    public async Task<WorkTimes> RunAsync(
        WorkOrder order, string? checkpoint, Func<Task> began, Func<int, int, Task> progress, CancellationToken cancellationToken)
    {
        var came = TimeProvider.System.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            if (_ended != 0) _gaps.Enqueue(TimeProvider.System.GetElapsedTime(_ended, started).TotalMilliseconds);
            await began();
            var load = TimeSpan.Zero;
            if (checkpoint is not null && checkpoint != _checkpoint)
            {
                load = order.Load;
                _checkpoint = checkpoint;
                Interlocked.Increment(ref _loads);
                await SleepUntilAsync(started, load, cancellationToken);
            }

            var work = order.Work / speed;
            for (var step = 1; step <= Reports; step++)
            {
                await SleepUntilAsync(started, load + work * step / Reports, cancellationToken);
                await progress(step, Reports);
            }

            return new WorkTimes(TimeProvider.System.GetElapsedTime(came, started), load, TimeProvider.System.GetElapsedTime(started) - load);
        }
        finally
        {
            _ended = TimeProvider.System.GetTimestamp();
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Each sleep is a little too long; measured from the start, they do not add up.</summary>
    private static async Task SleepUntilAsync(long started, TimeSpan end, CancellationToken cancellationToken)
    {
        var left = end - TimeProvider.System.GetElapsedTime(started);
        if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System, cancellationToken);
    }
}

/// <summary>How long a job waited at its server, loaded and worked.</summary>
internal sealed record WorkTimes(TimeSpan Queued, TimeSpan Load, TimeSpan Work);
