using Microsoft.Extensions.Hosting;

namespace OpenTelemetry;

/// <summary>
/// Builds the providers before any other hosted service starts, so that theirs is the first telemetry recorded. The
/// container owns the providers and disposes them after every hosted service has stopped, which flushes what is left.
/// </summary>
internal sealed class TelemetryHostedService(ITelemetryHostInitializer initializer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        initializer.Initialize();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
