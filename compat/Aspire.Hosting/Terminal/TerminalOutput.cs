using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Terminal;

/// <summary>Shows what the resources write, and a line when one changes its state in a way that its user cares about.</summary>
internal sealed class TerminalOutput(TerminalWriter writer, ResourceLoggerService loggers, ResourceNotificationService notifications)
    : BackgroundService
{
    private readonly Dictionary<string, CustomResourceSnapshot> _last = new(ResourceNames.Comparer);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        loggers.LineWritten += Show;
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        loggers.LineWritten -= Show;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stoppingToken))
            {
                _last.TryGetValue(resourceEvent.ResourceId, out var before);
                _last[resourceEvent.ResourceId] = resourceEvent.Snapshot;
                if (StateLine.For(resourceEvent.Resource, before, resourceEvent.Snapshot) is (var text, var colour))
                    writer.Write(resourceEvent.ResourceId, text, colour);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops; what the children still write is shown until it is disposed.
        }
    }

    private void Show(object? sender, ResourceLogEntry entry) => writer.Write(entry.ResourceId, entry.Content);
}
