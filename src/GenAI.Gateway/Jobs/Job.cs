using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// An accepted job as the gateway knows it at one moment. Immutable: each step makes the next record. The payload and the full
/// result are in the journal, not in memory.
/// </summary>
internal sealed record Job
{
    /// <summary>A canonical lower-case UUID: ComfyUI's <c>prompt_id</c>, the same on the instance.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required JobSource Source { get; init; }

    /// <summary>Id of the key that made it; <see cref="Access.Caller.AnonymousId"/> where there are no keys.</summary>
    public required string Owner { get; init; }

    /// <summary>The owner's weight in fair sharing.</summary>
    public double Weight { get; init; } = 1;

    public string? ClientId { get; init; }

    /// <summary>The id of the ComfyUI workflow that it came from, where its client says so.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Grows by one with each accepted job; what ComfyUI calls a prompt's number.</summary>
    public required long Number { get; init; }

    public required JobDemand Demand { get; init; }

    public int Priority { get; init; }

    /// <summary>
    /// The release track that was meant for it when it was accepted; null: the model had one only. Another may run it when that one cannot.
    /// </summary>
    public string? Track { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>As <see cref="JobSubmission.Fingerprint"/>.</summary>
    public string? Fingerprint { get; init; }

    public Uri? Webhook { get; init; }

    /// <summary>The request's span as W3C's <c>traceparent</c>, so that the runs, whenever they come, are in its trace.</summary>
    public string? TraceParent { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public JobState State { get; init; } = JobState.Queued;

    /// <summary>In the order in which they were made.</summary>
    public ImmutableArray<JobAttempt> Attempts { get; init; } = [];

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>For people: why it failed or was lost.</summary>
    public string? Failure { get; init; }

    /// <summary>What it has made so far.</summary>
    public ImmutableArray<JobOutput> Outputs { get; init; } = [];

    /// <summary>The instance that has it, or had it last.</summary>
    public string? Instance => Attempts.IsEmpty ? null : Attempts[^1].Instance;

    /// <summary>When the instance that has it, or had it last, began it.</summary>
    public DateTimeOffset? StartedAt => Attempts.IsEmpty ? null : Attempts[^1].StartedAt;
}
