using System.Collections.Immutable;

namespace GenAI.Scheduling.Dispatch;

/// <summary>A job that waits for an instance, as far as dispatch is concerned.</summary>
public sealed record DispatchJob
{
    /// <summary>Unique among the jobs of one <see cref="DispatchQueue"/>.</summary>
    public required string Id { get; init; }

    /// <summary>When the job was accepted. A job that is given back after a failure keeps its first arrival.</summary>
    public required DateTimeOffset Arrival { get; init; }

    /// <summary>The model service the job is for (<c>flux-1-dev</c>); only instances of that model may run it.</summary>
    public required string Model { get; init; }

    /// <summary>The weights that must be in GPU memory before the job can run.</summary>
    public required string Checkpoint { get; init; }

    public ImmutableArray<string> Loras { get; init; } = [];

    /// <summary>Sampling steps of one image.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Width times height of one image.</summary>
    public long Pixels { get; init; } = 1024 * 1024;

    public int Images { get; init; } = 1;

    /// <summary>Who pays: jobs of different tenants share the fleet in proportion to <see cref="Weight"/>.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The tenant's share relative to the others'; greater than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Each level is a head start of <see cref="DispatchOptions.PriorityHeadStart"/>; negative levels wait longer.</summary>
    public int Priority { get; init; }

    /// <summary>When the result is worth nothing any more; the job's urgency grows towards it.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How often the job was started before and given back.</summary>
    public int Attempts { get; init; }

    /// <summary>Ids of instances that must not get the job, such as one that died of it.</summary>
    public ImmutableArray<string> Avoid { get; init; } = [];

    /// <summary>The release track (<c>stable</c>, <c>canary</c>) the job is pinned to; any when null.</summary>
    public string? Track { get; init; }

    /// <summary>GPU memory the job needs, in bytes; 0 when unknown.</summary>
    public long MemoryBytes { get; init; }
}
