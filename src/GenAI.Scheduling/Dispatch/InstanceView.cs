using System.Collections.Immutable;
using System.Globalization;

namespace GenAI.Scheduling.Dispatch;

/// <summary>Whether an instance may be given a job.</summary>
public enum InstanceAvailability
{
    /// <summary>Nothing runs on it: it can start a job at once.</summary>
    Free,

    /// <summary>A job runs or weights are being loaded; it is counted on for <see cref="InstanceView.FreeAt"/>.</summary>
    Busy,

    /// <summary>Starting, draining, unhealthy: it is not counted on.</summary>
    Unavailable,
}

/// <summary>
/// An instance as dispatch sees it. Immutable: the owner replaces the view when something happens, so that time passing
/// changes nothing (<see cref="FreeAt"/> is a moment, not a countdown).
/// </summary>
public sealed record InstanceView
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public InstanceAvailability State { get; init; } = InstanceAvailability.Free;

    /// <summary>
    /// Checkpoints in GPU memory, most recently used first; while a job loads one, that one already. When
    /// <see cref="Room"/> is used up, the last is the one that the next load drops.
    /// </summary>
    public ImmutableArray<string> Checkpoints { get; init; } = [];

    public ImmutableArray<string> Loras { get; init; } = [];

    /// <summary>How many checkpoints the instance's memory holds at once.</summary>
    public int Room { get; init; } = 1;

    /// <summary>The GPU's memory in bytes; 0 when unknown.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>When a busy instance is expected to be free; null when it cannot be told.</summary>
    public DateTimeOffset? FreeAt { get; init; }

    /// <summary>Jobs per second relative to the reference GPU: 2 is twice as fast.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The specification's load score, 0 (idle) to 1; ranks instances that are otherwise equal.</summary>
    public double LoadScore { get; init; }

    public string? Version { get; init; }

    public string? Track { get; init; }

    /// <summary>For people: its id, and its speed where that is not 1.</summary>
    internal string Label => Speed == 1 ? Id : string.Create(CultureInfo.InvariantCulture, $"{Id} (speed {Speed:0.00})");
}
