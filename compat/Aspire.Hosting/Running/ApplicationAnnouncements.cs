using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The first and last words of the AppHost, as Aspire says them.</summary>
internal sealed partial class ApplicationAnnouncements(ILogger<DistributedApplication> logger, DistributedApplicationExecutionContext executionContext, DistributedApplicationOptions options)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (executionContext.IsRunMode)
            LogStarting(options.ProjectDirectory ?? Environment.CurrentDirectory);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        LogStarted();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        LogStopping();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Distributed application starting. Application host directory is: {AppHostDirectory}")]
    private partial void LogStarting(string appHostDirectory);

    [LoggerMessage(LogLevel.Information, "Distributed application started. Press Ctrl+C to shut down.")]
    private partial void LogStarted();

    [LoggerMessage(LogLevel.Information, "Stopping… (Ctrl+C again to force)")]
    private partial void LogStopping();
}
