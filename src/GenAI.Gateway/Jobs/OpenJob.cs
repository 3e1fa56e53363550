namespace GenAI.Gateway.Jobs;

/// <summary>A job that has not ended, as it is now. Its members are guarded by <see cref="OpenJobs"/>. Times are those of the steady clock.</summary>
/// <param name="since">When it was accepted.</param>
internal sealed class OpenJob(Job job, DateTimeOffset since, TimeSpan headStart)
{
    private TaskCompletionSource<Job>? _ended;

    public Job Job { get; set; } = job;

    public DateTimeOffset Since { get; } = since;

    /// <summary>When it would have come, had it no head start: the order in which jobs are roughly begun.</summary>
    public DateTimeOffset UrgentFrom => Since - Job.Priority * headStart;

    /// <summary>When it is expected to be done; null while it waits.</summary>
    public DateTimeOffset? ExpectedEnd { get; set; }

    /// <summary>Made only for those who wait: most jobs of a long queue have nobody who does.</summary>
    public Task<Job> WhenEnded => (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void End() => _ended?.SetResult(Job);

    /// <summary>In which waiting jobs are roughly begun.</summary>
    public static IComparer<OpenJob> ByUrgency { get; } = Comparer<OpenJob>.Create((left, right) =>
    {
        var byTime = left.UrgentFrom.CompareTo(right.UrgentFrom);
        return byTime != 0 ? byTime : left.Job.Number.CompareTo(right.Job.Number);
    });
}
