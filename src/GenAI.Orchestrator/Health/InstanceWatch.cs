namespace GenAI.Orchestrator.Health;

/// <summary>A running watch of one instance. Disposing it stops it and waits for its end.</summary>
internal sealed class InstanceWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    public InstanceWatch(Func<CancellationToken, Task> watch, CancellationToken stoppingToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _running = watch(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
