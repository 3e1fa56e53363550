namespace GenAI.Gateway.Jobs;

/// <summary>Something that happened to a job. Those of one job are published in order.</summary>
internal abstract record JobEvent(Job Job)
{
    /// <summary>It happened under another gateway, which told of it.</summary>
    public bool IsRelayed { get; init; }
}

/// <summary>The job is in another state now, <see cref="JobEvent.Job"/> says which.</summary>
internal sealed record JobChanged(Job Job) : JobEvent(Job);

/// <summary>How far the running job is, 0 to 1 over the whole job, and in its node's own steps.</summary>
internal sealed record JobProgressed(Job Job, double Fraction, int Value, int Max, string? Node) : JobEvent(Job);

/// <summary>A picture of what the job is making.</summary>
/// <param name="Image">An encoded picture.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/png</c>.</param>
/// <param name="Frame">The instance's whole binary frame, as a ComfyUI client gets it; empty for other dialects.</param>
/// <param name="IsOutput">It is one that the job was to make, which no later one replaces.</param>
internal sealed record JobPreviewed(Job Job, ReadOnlyMemory<byte> Image, string ContentType, ReadOnlyMemory<byte> Frame, bool IsOutput) : JobEvent(Job);

/// <summary>What a node of the running job says, as text beside it.</summary>
/// <param name="Frame">The instance's whole binary frame, as a ComfyUI client gets it.</param>
internal sealed record JobNodeText(Job Job, ReadOnlyMemory<byte> Frame) : JobEvent(Job);

/// <summary>A message of ComfyUI's socket about the job, for the client that submitted it; names of files are the gateway's.</summary>
/// <param name="Type"><c>execution_start</c>, <c>executing</c>, <c>progress</c>, <c>executed</c>…</param>
/// <param name="Data">UTF-8 JSON object.</param>
internal sealed record JobMessage(Job Job, string Type, ReadOnlyMemory<byte> Data) : JobEvent(Job);
