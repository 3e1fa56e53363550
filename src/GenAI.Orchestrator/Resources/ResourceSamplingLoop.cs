using System.Collections.Immutable;
using GenAI.Orchestrator.Resources.Linux;
using GenAI.Orchestrator.Resources.Nvidia;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Resources;

/// <summary>Takes a sample of the machine at each interval, so that nobody who asks waits for one.</summary>
internal sealed partial class ResourceSamplingLoop(
    HostReader host,
    NvidiaSmi nvidiaSmi,
    ResourceBoard board,
    ResourceMetrics metrics,
    TimeProvider time,
    IOptions<ResourcesOptions> options,
    ILogger<ResourceSamplingLoop> logger) : BackgroundService
{
    private HostSample? _earlier;
    private long _earlierTimestamp;
    private ImmutableArray<string> _problems = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Reading /proc does not wait, but a first nvidia-smi may: start-up goes on meanwhile.
        await Task.Yield();
        using var timer = new PeriodicTimer(options.Value.SampleInterval, time);
        try
        {
            do
            {
                await TickAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Without this, a host that fails to start would log the loop's end as one more failure.
        }
    }

    private async Task TickAsync(CancellationToken stoppingToken)
    {
        try
        {
            await SampleAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            metrics.LoopFailed();
            LogTickFailed(exception);
        }
    }

    private async Task SampleAsync(CancellationToken stoppingToken)
    {
        var sample = host.Read();
        var timestamp = time.GetTimestamp();
        var gpus = await nvidiaSmi.QueryAsync(stoppingToken);
        var resources = ResourceUsage.Of(_earlier, sample, time.GetElapsedTime(_earlierTimestamp, timestamp), gpus, time.GetUtcNow());
        (_earlier, _earlierTimestamp) = (sample, timestamp);

        board.Latest = resources;
        if (!resources.Unavailable.SequenceEqual(_problems)) LogProblems(resources.Unavailable.IsEmpty ? "nothing" : string.Join("; ", resources.Unavailable));
        _problems = resources.Unavailable;
    }

    [LoggerMessage(1, LogLevel.Information, "What cannot be read of the machine: {Problems}")]
    private partial void LogProblems(string problems);

    [LoggerMessage(2, LogLevel.Error, "Taking a sample of the machine failed; the last one stays")]
    private partial void LogTickFailed(Exception exception);
}
