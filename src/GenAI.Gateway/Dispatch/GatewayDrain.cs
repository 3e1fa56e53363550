using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing.Draining;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Dispatch;

/// <summary>
/// What happens when the gateway is told to stop: it takes no more jobs and passes nothing more on, says so in <c>/health</c>, lets what runs
/// and what was passed on come to its end for a while, and still answers questions meanwhile. Then it closes its sockets. The queue stays in
/// the journal, for the next gateway.
/// </summary>
internal sealed partial class GatewayDrain(
    JobIntake intake,
    DispatchInbox inbox,
    OpenJobs open,
    PassThroughLoad passed,
    IServer server,
    IOptions<DispatchSettings> settings,
    TimeProvider clock,
    ILogger<GatewayDrain> logger)
    : IHostedLifecycleService, IHealthCheck, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    // For answers that are being written when the time is over.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private int _stops;

    /// <summary>The gateway was told to stop.</summary>
    public bool IsDraining => intake.IsClosed;

    /// <summary>Cancelled when what was under way is done, or its time is over: whatever is still open is to end.</summary>
    public CancellationToken Over => _over.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host may be stopped from two sides.
        if (Interlocked.Increment(ref _stops) > 1) return;
        intake.Close();
        var drain = new DrainWanted();
        inbox.Post(drain);
        LogDraining(open.Count, passed.Requests, settings.Value.DrainLimit);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Task.WhenAll(drain.Done, NonePassedAsync(late.Token)).WaitAsync(settings.Value.DrainLimit, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogLeft(open.Count, passed.Requests);
        }

        await late.CancelAsync();
        await _over.CancelAsync();
        if (passed.Requests > 0) await CutAsync(cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((intake.IsClosed, intake.Trouble) switch
        {
            (true, _) => HealthCheckResult.Unhealthy("The gateway is stopping."),
            // What it has is still answered, and only a job that comes can tell that it is over: nobody is to be sent away for that.
            (false, { } trouble) => HealthCheckResult.Degraded($"The last job was refused: {trouble}"),
            _ => HealthCheckResult.Healthy(),
        });

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _over.Dispose();

    private async Task NonePassedAsync(CancellationToken cancellationToken)
    {
        while (passed.Requests > 0) await Task.Delay(LookInterval, clock, cancellationToken);
    }

    /// <summary>Left to itself the server would wait for them for as long as the host lets it.</summary>
    private async Task CutAsync(CancellationToken cancellationToken)
    {
        using var grace = new CancellationTokenSource(Grace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
        await server.StopAsync(either.Token);
    }

    [LoggerMessage(1, LogLevel.Information, "Stopping with {Count} open jobs and {Requests} requests passed on; those that run may go on for {Limit}")]
    private partial void LogDraining(int count, int requests, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Information, "Leaving {Count} open jobs in the journal, and {Requests} requests without an answer")]
    private partial void LogLeft(int count, int requests);
}
