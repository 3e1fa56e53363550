#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// Where every API hands in its jobs, asks about them and takes them back. A job that it has accepted is in the journal, and ends in
/// exactly one of the ends of <see cref="JobState"/>, whatever dies meanwhile.
/// </summary>
internal sealed class JobDesk
{
    /// <summary>
    /// Returns when the job is journalled. The error is one that the API can write as it is: 429 with Retry-After (queue full,
    /// too old, a quota), 400 (no instance could ever run it, a doubled id), 503 (draining, or the journal cannot be written).
    /// </summary>
    public Task<(Job? Job, ApiError? Error)> SubmitAsync(JobSubmission submission, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// All of them or none: what a request with several images makes, so that a full queue refuses it whole.
    /// </summary>
    public Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> SubmitAsync(IReadOnlyList<JobSubmission> submissions, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Null when there is no such job (any more). Whether the caller may see it is the API's question: <see cref="Access.Caller.MaySee"/>.</summary>
    public ValueTask<Job?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Jobs of the model, or of all, that wait or run; what ComfyUI calls queue_remaining. From memory.</summary>
    public int CountOpen(string? model = null) => throw new NotImplementedException();

    /// <summary>Those jobs, the running first, then in the order in which they are expected to be started. From memory.</summary>
    public IReadOnlyList<Job> ListOpen(string? model = null, string? owner = null, int limit = int.MaxValue) => throw new NotImplementedException();

    /// <summary>Null when it has ended.</summary>
    public JobOutlook? OutlookOf(string id) => throw new NotImplementedException();

    /// <summary>What was submitted, as <see cref="JobSubmission.Payload"/>; null when there is no such job.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> PayloadOfAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// What the instance answered, UTF-8 JSON. ComfyUI: <c>{"outputs":{…},"status":{…},"meta":{…}}</c>, a history entry without its prompt,
    /// with the gateway's file names; Stable Diffusion: the answer of /generate without its images. Null until the job has ended.
    /// </summary>
    public ValueTask<ReadOnlyMemory<byte>?> ResultOfAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Waits for the end; cancelling the wait does not cancel the job.</summary>
    public Task<Job> WaitForEndAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes a waiting job out, or interrupts a running one.</summary>
    /// <returns>False when it has ended or is unknown.</returns>
    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Forgets a job that has ended, with its outputs unless another job has the same; what ComfyUI's POST /history deletes.</summary>
    public Task<bool> ForgetAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
