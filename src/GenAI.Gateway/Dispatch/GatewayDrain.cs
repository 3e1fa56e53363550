using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// What happens when the gateway is told to stop: it takes no more jobs and says so in <c>/health</c>, lets what runs come to its end for a
/// while, and still answers questions meanwhile. The queue stays in the journal, for the next gateway.
/// </summary>
internal sealed partial class GatewayDrain(
    JobIntake intake, DispatchInbox inbox, OpenJobs open, IOptions<DispatchSettings> settings, TimeProvider clock, ILogger<GatewayDrain> logger)
    : IHostedLifecycleService, IHealthCheck
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        intake.Close();
        var drain = new DrainWanted();
        inbox.Post(drain);
        LogDraining(open.Count, settings.Value.DrainLimit);
        try
        {
            await drain.Done.WaitAsync(settings.Value.DrainLimit, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogLeft(open.Count);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(intake.IsClosed ? HealthCheckResult.Unhealthy("The gateway is stopping.") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Stopping with {Count} open jobs; those that run may go on for {Limit}")]
    private partial void LogDraining(int count, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Information, "Leaving {Count} open jobs in the journal")]
    private partial void LogLeft(int count);
}
