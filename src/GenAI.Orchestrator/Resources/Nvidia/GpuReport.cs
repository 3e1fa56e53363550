using System.Collections.Immutable;
using GenAI.Contracts.Resources;

namespace GenAI.Orchestrator.Resources.Nvidia;

/// <summary>What the GPUs' driver said, and what it could not say.</summary>
/// <param name="Gpus">Ordered by index.</param>
/// <param name="Problems">In words; empty when all is well.</param>
internal sealed record GpuReport(ImmutableArray<GpuUsage> Gpus, ImmutableArray<string> Problems)
{
    public static GpuReport Failed(string problem) => new([], [problem]);
}
