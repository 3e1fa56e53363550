using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Terminal;

/// <summary>In tests what resources write goes to the AppHost's logging, category `{application}.Resources.{name}`.</summary>
internal sealed partial class ResourceLogForwarding(ResourceLoggerService loggers, ILoggerFactory factory, IHostEnvironment environment)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        loggers.LineWritten += Forward;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        loggers.LineWritten -= Forward;
        return Task.CompletedTask;
    }

    private void Forward(object? sender, ResourceLogEntry entry)
    {
        var logger = factory.CreateLogger($"{environment.ApplicationName}.Resources.{entry.Resource.Name}");
        if (entry.IsError)
            LogErrorLine(logger, entry.Content);
        else
            LogLine(logger, entry.Content);
    }

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(LogLevel.Error, "{Line}")]
    private static partial void LogErrorLine(ILogger logger, string line);
}
