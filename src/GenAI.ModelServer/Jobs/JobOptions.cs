namespace GenAI.ModelServer.Jobs;

/// <summary>How many jobs wait, how long one may run, and how many are remembered.</summary>
internal sealed class JobOptions
{
    /// <summary>Jobs that may wait; the next one is refused.</summary>
    public int QueueCapacity { get; set; } = 256;

    /// <summary>Bytes of the jobs that wait, roughly; a job that does not fit is refused like one too many.</summary>
    public long QueueBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>A job that runs longer fails.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the running job may go on once the server is told to stop.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Finished jobs that <c>/history</c> keeps: ComfyUI's own bound.</summary>
    public int HistoryCount { get; set; } = 10_000;

    /// <summary>Bytes of JSON that <c>/history</c> keeps, roughly.</summary>
    public long HistoryBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of node results kept for the next workflow, roughly.</summary>
    public long NodeCacheBytes { get; set; } = 256 * 1024 * 1024;
}
