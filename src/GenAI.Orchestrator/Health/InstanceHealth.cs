using System.Numerics;
using GenAI.Contracts.Instances;

namespace GenAI.Orchestrator.Health;

/// <summary>What all probes of one instance have come to. Only <see cref="HealthPolicy"/> makes new ones.</summary>
internal sealed record InstanceHealth
{
    public required InstanceState State { get; init; }

    /// <summary>Why it is in <see cref="State"/>, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>When it entered <see cref="State"/>.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The last good reading.</summary>
    public ProbeReading Reading { get; init; } = ProbeReading.None;

    /// <summary>When it last answered; null when it never has.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    public int FailuresInARow { get; init; }

    public int SuccessesInARow { get; init; }

    /// <summary>The latest probes, one bit each, the last in the lowest: 1 failed, 0 answered or not made yet.</summary>
    public uint Recent { get; init; }

    public int RecentFailures => BitOperations.PopCount(Recent);

    public bool Probed => FailuresInARow + SuccessesInARow > 0;
}
