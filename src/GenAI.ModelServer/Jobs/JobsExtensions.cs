using GenAI.ModelServer.Telemetry;

namespace GenAI.ModelServer.Jobs;

internal static class JobsExtensions
{
    /// <summary>The queue of a dialect's jobs and the loop that runs them.</summary>
    public static void AddJobs<TJob, TRunner>(this IServiceCollection services)
        where TJob : Job
        where TRunner : class, IJobRunner<TJob>
    {
        services.AddSingleton<IJobRunner<TJob>, TRunner>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<JobOptions>();
            var queue = new JobQueue<TJob>(options.QueueCapacity, options.QueueBytes);
            provider.GetRequiredService<ModelServerMetrics>().Observe(() => queue.PendingCount);
            return queue;
        });
        services.AddHostedService<JobLoop<TJob>>();
    }
}
