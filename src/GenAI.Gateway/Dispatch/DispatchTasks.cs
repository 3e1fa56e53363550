using System.Collections.Concurrent;

namespace GenAI.Gateway.Dispatch;

/// <summary>What the board has set going beside the loop: it is waited for at the end, and a defect in it is told.</summary>
internal sealed partial class DispatchTasks(ILogger<DispatchTasks> logger) : IDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Cancelled when the gateway stops and waits no longer for its journal.</summary>
    public CancellationToken Leaving => _leaving.Token;

    public void Track(Task task)
    {
        _tasks[task] = true;
        _ = task.ContinueWith(
            (ended, _) =>
            {
                if (ended.Exception is { } exception) LogDefect(exception);
                _tasks.TryRemove(ended, out bool _);
            },
            null, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Returns when all have ended; what waits for the journal waits no longer than <paramref name="patience"/>.</summary>
    public async Task EndAsync(CancellationToken patience)
    {
        await using var leaving = patience.Register(static leaving => ((CancellationTokenSource)leaving!).Cancel(), _leaving);
        while (_tasks.Keys.ToArray() is { Length: > 0 } tasks) await Task.WhenAll(tasks);
    }

    public void Dispose() => _leaving.Dispose();

    [LoggerMessage(1, LogLevel.Error, "A task of dispatch failed")]
    private partial void LogDefect(Exception exception);
}
