namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>Cleans the uploads from time to time.</summary>
internal sealed partial class UploadLoop(UploadStore uploads, TimeProvider clock, ILogger<UploadLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await uploads.CleanAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    LogFailed(exception);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Could not clean the uploads; trying again")]
    private partial void LogFailed(Exception exception);
}
