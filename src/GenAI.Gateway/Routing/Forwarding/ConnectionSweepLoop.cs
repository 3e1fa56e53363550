using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>Looks for silent connections every so often: one timer for all of them instead of two for each request.</summary>
internal sealed class ConnectionSweepLoop(InstancePools pools, IOptions<GatewayOptions> options, TimeProvider clock) : BackgroundService
{
    /// <summary>How long a connection is kept that nobody uses; as long as the HTTP client keeps one.</summary>
    private static readonly TimeSpan MostKept = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromTicks(Math.Clamp((options.Value.ActivityTimeout / 8).Ticks, Shortest.Ticks, Longest.Ticks));
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) pools.Sweep(MostKept);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
