using System.Diagnostics;
using GenAI.ModelServer.Telemetry;

namespace GenAI.ModelServer.Jobs;

/// <summary>
/// Runs the queue's jobs, one at a time. When the host stops, what waits is abandoned and the running job gets
/// <see cref="JobOptions.DrainTime"/> to finish.
/// </summary>
internal sealed partial class JobLoop<TJob>(
    JobQueue<TJob> queue, IJobRunner<TJob> runner, ModelServerOptions options, ModelServerMetrics metrics,
    TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<JobLoop<TJob>> logger) : BackgroundService where TJob : Job
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var onStopping = lifetime.ApplicationStopping.Register(AbandonPending);
        while (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            using var control = new JobControl(clock);
            try
            {
                var job = await queue.TakeAsync(control, lifetime.ApplicationStopping);
                await RunAsync(job, control);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunAsync(TJob job, JobControl control)
    {
        using var activity = ModelServerMetrics.Activities.StartActivity("job", ActivityKind.Internal, job.Origin);
        activity?.SetTag("genai.job.id", job.Id);
        using var onStopping = lifetime.ApplicationStopping.Register(
            () => control.StopAfter(options.Jobs.DrainTime, JobStop.Shutdown));
        control.StopAfter(options.Jobs.TimeLimit, JobStop.TimedOut);

        var started = clock.GetTimestamp();
        var waited = clock.GetUtcNow() - job.QueuedAt;
        var result = new JobResult(JobStatus.Error, 0);
        try
        {
            result = await runner.RunAsync(job, control);
        }
        catch (Exception exception)
        {
            // A defect in one job must not end the loop that all the others wait for.
            LogDefect(exception, job.Id);
        }
        finally
        {
            queue.Finish();
        }

        result.Announce?.Invoke();
        activity?.SetStatus(result.Status == JobStatus.Error ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        metrics.JobFinished(result, waited, clock.GetElapsedTime(started));
    }

    private void AbandonPending()
    {
        foreach (var job in queue.Close()) runner.Abandon(job);
    }

    [LoggerMessage(1, LogLevel.Error, "Job {Job} ended with an unexpected failure")]
    private partial void LogDefect(Exception exception, string job);
}
