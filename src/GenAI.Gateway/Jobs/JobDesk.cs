using GenAI.Gateway.Access;
using GenAI.Gateway.Dispatch;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs.Journal;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// Where every API hands in its jobs, asks about them and takes them back. A job that it has accepted is in the journal, and ends in
/// exactly one of the ends of <see cref="JobState"/>, whatever dies meanwhile.
/// </summary>
internal sealed class JobDesk(
    IJobJournal journal,
    OpenJobs open,
    JobIntake intake,
    DispatchInbox inbox,
    ModelPaces paces,
    ContentStore contents,
    IOptions<JobOptions> options,
    SteadyClock steady,
    TimeProvider clock)
{
    private const int LongestPage = 1000;
    private static readonly TimeSpan HearingPause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Returns when the jobs are journalled, all of them or none: what a request with several images makes, so that a full queue refuses it
    /// whole. They are of one caller and for one model. The error is one that the API can write as it is: 429 with Retry-After (queue full,
    /// too old, a quota), 400 (no instance could ever run it, a doubled id), 503 (draining, or the journal cannot be written).
    /// With a <see cref="JobSubmission.IdempotencyKey"/> that the caller has used before, the job is the earlier one.
    /// </summary>
    public Task<(IReadOnlyList<Job>? Jobs, ApiError? Error)> SubmitAsync(IReadOnlyList<JobSubmission> submissions, CancellationToken cancellationToken) =>
        intake.SubmitAsync(submissions, cancellationToken);

    /// <summary>Null when there is no such job (any more). Whether the caller may see it is the API's question: <see cref="Caller.MaySee"/>.</summary>
    public async ValueTask<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        open.TryGet(id, out var job) ? job : await journal.FindAsync(id, cancellationToken);

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        journal.ListAsync(query with { Limit = Math.Clamp(query.Limit, 0, LongestPage), Offset = Math.Max(0, query.Offset) }, cancellationToken);

    /// <summary>Jobs of the model, or of all, that wait or run; what ComfyUI calls queue_remaining. From memory.</summary>
    public int CountOpen(string? model = null)
    {
        if (model is null) return open.Count;
        var counts = open.CountsOfModel(model);
        return counts.Queued + counts.Running;
    }

    /// <summary>Those jobs, the running first, then in the order in which they are expected to be started. From memory.</summary>
    public IReadOnlyList<Job> ListOpen(string? model = null, string? owner = null, int limit = int.MaxValue) => open.List(model, owner, limit);

    /// <summary>Null when it has ended.</summary>
    public JobOutlook? OutlookOf(string id)
    {
        if (open.PlaceOf(id) is not var (job, position, expectedEnd)) return null;
        if (position == 0) return new JobOutlook(0, job.StartedAt ?? job.Attempts[^1].DispatchedAt, expectedEnd is { } end ? steady.ToWall(end) : null);
        var pace = paces[job.Model];
        var start = OutlookPlanner.Start(pace, position, steady.Now) is { } begin ? steady.ToWall(begin) : (DateTimeOffset?)null;
        return new JobOutlook(position, start, start?.AddSeconds(pace.JobSeconds));
    }

    /// <summary>What was submitted, as <see cref="JobSubmission.Payload"/>; null when there is no such job.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> PayloadOfAsync(string id, CancellationToken cancellationToken) =>
        await journal.ReadPayloadAsync(id, cancellationToken);

    /// <summary>
    /// What the instance answered, UTF-8 JSON. ComfyUI: <c>{"outputs":{…},"status":{…},"meta":{…}}</c>, a history entry without its prompt,
    /// with the gateway's file names, or the body <c>{"error":{…},"node_errors":{…}}</c> with which the instance refused the prompt;
    /// Stable Diffusion: the answer of /generate without its images. Null until the job has ended, and for one that no instance answered.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ResultOfAsync(string id, CancellationToken cancellationToken) =>
        await journal.ReadResultAsync(id, cancellationToken) is { Length: > 0 } result ? result : null;

    /// <summary>Waits for the end; cancelling the wait does not cancel the job.</summary>
    /// <exception cref="KeyNotFoundException">There is no such job (any more).</exception>
    public async Task<Job> WaitForEndAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (open.TryWaitFor(id, out var ended)) return await ended.WaitAsync(cancellationToken);
            var job = await journal.FindAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no job '{id}'.");
            if (job.State.HasEnded()) return job;
            // Another gateway accepted it a moment ago, and this one is about to hear of it.
            await Task.Delay(HearingPause, clock, cancellationToken);
        }
    }

    /// <summary>Takes a waiting job out, or interrupts a running one; returns when its end is journalled.</summary>
    /// <returns>False when it has ended or is unknown.</returns>
    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken)
    {
        if (!open.TryGet(id, out _)) return Task.FromResult(false);
        var wish = new CancelWanted(id);
        inbox.Post(wish);
        return wish.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Forgets a job that has ended, with its outputs unless another job has the same; what ComfyUI's POST /history deletes.</summary>
    public async Task<bool> ForgetAsync(string id, CancellationToken cancellationToken)
    {
        if (await journal.ForgetAsync(id, cancellationToken) is not { } unused) return false;
        foreach (var hash in unused) contents.TryDelete(hash, options.Value.CleanInterval);
        return true;
    }
}
