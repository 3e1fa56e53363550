namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>Keeps what is known of instances fresh: those that are new or were away at once, the others from time to time.</summary>
internal sealed partial class CapabilityLoop(InstanceCapabilities capabilities, TimeProvider clock, ILogger<CapabilityLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            do await GuardAsync().WaitAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task GuardAsync()
    {
        try
        {
            await capabilities.RefreshAsync();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogDefect(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Could not find out what instances can do; trying again")]
    private partial void LogDefect(Exception exception);
}
