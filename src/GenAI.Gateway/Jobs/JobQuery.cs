using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>Which jobs are asked for. What is null does not restrict.</summary>
internal sealed record JobQuery
{
    public string? Model { get; init; }

    /// <summary>Only this key's jobs.</summary>
    public string? Owner { get; init; }

    /// <summary>Only those of this ComfyUI workflow.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Empty: any.</summary>
    public ImmutableArray<JobState> States { get; init; } = [];

    public JobOrder Order { get; init; } = JobOrder.Accepted;

    public bool Descending { get; init; }

    public int Offset { get; init; }

    /// <summary>At most this many; the desk allows up to 1000.</summary>
    public int Limit { get; init; } = 100;
}

internal enum JobOrder
{
    Accepted,
    ExecutionTime,
}

/// <param name="Total">How many there are beyond the page too.</param>
internal sealed record JobPage(ImmutableArray<Job> Jobs, int Total);
