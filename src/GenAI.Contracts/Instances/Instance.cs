using System.Collections.Immutable;

namespace GenAI.Contracts.Instances;

/// <summary>One model server process as the control plane sees it: an element of <see cref="InstanceSnapshot"/>.</summary>
public sealed record Instance
{
    /// <summary>Stable and unique over all models: <c>flux-1-dev-0</c>, <c>flux-1-dev-1</c>…</summary>
    public required string Id { get; init; }

    /// <summary>The model's name: <c>flux-1-dev</c>, <c>stable-diffusion-35</c>, <c>comfyui-workflows</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Which API the instance speaks.</summary>
    public required ModelDialect Dialect { get; init; }

    /// <summary>Absolute base address, perhaps with a path; routes are found with <see cref="InstanceAddress.At"/>.</summary>
    public required Uri Endpoint { get; init; }

    public required InstanceState State { get; init; }

    /// <summary>The version of the model server, as a rollout names it.</summary>
    public string Version { get; init; } = "unknown";

    /// <summary>The release track: <c>stable</c>, <c>canary</c>, <c>blue</c>, <c>green</c>… Who is served by which: <see cref="ModelTraffic"/>.</summary>
    public string Track { get; init; } = ModelTraffic.Stable;

    /// <summary>0 (idle) to 1 (saturated).</summary>
    public double LoadScore { get; init; }

    /// <summary>Jobs running and waiting on the instance at its last good probe.</summary>
    public int QueueLength { get; init; }

    /// <summary>The checkpoints its memory holds, most recently used first.</summary>
    public ImmutableArray<string> Loaded { get; init; } = [];

    /// <summary>Why it is in <see cref="State"/>, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>When it entered <see cref="State"/>.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it last answered a probe; null when it never has.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}
