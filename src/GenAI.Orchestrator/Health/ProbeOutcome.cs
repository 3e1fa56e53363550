using System.Collections.Immutable;

namespace GenAI.Orchestrator.Health;

/// <summary>What an instance said of itself.</summary>
internal sealed record ProbeReading
{
    /// <summary>Nothing is known yet.</summary>
    public static ProbeReading None { get; } = new();

    public string Version { get; init; } = "unknown";

    /// <summary>0 (idle) to 1 (saturated).</summary>
    public double LoadScore { get; init; }

    /// <summary>Jobs running and waiting.</summary>
    public int QueueLength { get; init; }

    /// <summary>The checkpoints in its memory, most recently used first.</summary>
    public ImmutableArray<string> Loaded { get; init; } = [];

    /// <summary>It announced that it finishes what it has and takes nothing new.</summary>
    public bool Draining { get; init; }
}

/// <summary>Why a probe failed, as a small set of words for metrics (<c>error.type</c>).</summary>
internal enum ProbeFailure
{
    /// <summary>Nobody listens at the address.</summary>
    Refused,

    /// <summary>No whole answer in time.</summary>
    Timeout,

    /// <summary>The connection could not be made, or broke.</summary>
    Connection,

    /// <summary>An answer with another status than 200.</summary>
    Status,

    /// <summary>An answer that is not what the dialect says.</summary>
    Body,

    /// <summary>The server answered, and says that it is not ready.</summary>
    NotReady,
}

/// <summary>One probe: a reading, or a failure with its reason in words.</summary>
internal abstract record ProbeOutcome
{
    private ProbeOutcome()
    {
    }

    public sealed record Answered(ProbeReading Reading) : ProbeOutcome;

    public sealed record Failed(ProbeFailure Failure, string Reason) : ProbeOutcome;
}
