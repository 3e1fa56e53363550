namespace GenAI.ModelServer.Jobs;

/// <summary>Carries out the jobs of one dialect, one at a time.</summary>
internal interface IJobRunner<in TJob> where TJob : Job
{
    /// <summary>
    /// Runs the job to its end and reports to whoever waits for it. A job's own failure, or its being stopped, is a result;
    /// an exception is a defect of the server.
    /// </summary>
    Task<JobResult> RunAsync(TJob job, JobControl control);

    /// <summary>The job will not run: the server is stopping.</summary>
    void Abandon(TJob job);
}

/// <summary>What a job came to.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Images">How many images it made.</param>
internal sealed record JobResult(JobStatus Status, int Images)
{
    /// <summary>Called once the queue no longer shows the job as running.</summary>
    public Action? Announce { get; init; }
}

internal enum JobStatus
{
    Success,
    Error,
    Cancelled,
}
