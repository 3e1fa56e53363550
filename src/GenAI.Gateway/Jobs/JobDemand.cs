using System.Collections.Immutable;

namespace GenAI.Gateway.Jobs;

/// <summary>What a job asks of an instance, as far as dispatch and quotas are concerned.</summary>
internal sealed record JobDemand
{
    /// <summary>File name of the weights that must be in GPU memory.</summary>
    public required string Checkpoint { get; init; }

    public ImmutableArray<string> Loras { get; init; } = [];

    /// <summary>Sampling steps of one image.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Width times height of one image.</summary>
    public long Pixels { get; init; } = 512 * 512;

    public int Images { get; init; } = 1;

    /// <summary>The classes of its nodes, each once; empty for a job that is no graph. An instance that lacks one cannot run it.</summary>
    public ImmutableArray<string> NodeClasses { get; init; } = [];

    /// <summary>
    /// Model files that it names (checkpoints, LoRAs, VAEs…), and what else it picks from the lists of its nodes. An instance that lacks one cannot run it.
    /// </summary>
    public ImmutableArray<string> ModelFiles { get; init; } = [];

    /// <summary>Steps × pixels × images, what a daily budget is counted in.</summary>
    public double PixelSteps => (double)Steps * Pixels * Images;
}
