namespace GenAI.Gateway.Jobs;

/// <summary>One time that a job was bound to an instance.</summary>
/// <param name="DispatchedAt">When it was bound.</param>
/// <param name="StartedAt">When the instance began it; null when it never did.</param>
/// <param name="EndedAt">Null while it goes on.</param>
/// <param name="Reason">Why it ended without the job's end: the instance died, said nothing for too long, was drained…</param>
internal sealed record JobAttempt(
    string Instance, DateTimeOffset DispatchedAt, DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null, string? Reason = null)
{
    /// <summary>The instance had the job and died, fell silent or lost it: a few of these, and the job is suspected of killing instances.</summary>
    public bool IsDeath { get; init; }
}
