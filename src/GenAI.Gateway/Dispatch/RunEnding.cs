using System.Collections.Immutable;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch;

/// <summary>How an instance ended a job.</summary>
/// <param name="State">Completed, failed or cancelled.</param>
/// <param name="Result">As <see cref="JobDesk.ResultOfAsync"/> gives it.</param>
internal sealed record RunEnding(JobState State, ReadOnlyMemory<byte> Result, string? Failure = null)
{
    /// <summary>Messages of ComfyUI's socket that may be sent when the end is journalled: whoever hears them looks for the result.</summary>
    public ImmutableArray<(string Type, ReadOnlyMemory<byte> Data)> Closing { get; init; } = [];
}
