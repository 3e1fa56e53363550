using GenAI.Gateway.Generation.ComfyUI;

namespace GenAI.Gateway.Generation;

/// <summary>One image to be made by one instance, with every choice made.</summary>
internal sealed record ImageJob
{
    public required string Prompt { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    public required int Steps { get; init; }

    /// <summary>The scale of classifier-free guidance, or what the model has in its place.</summary>
    public required double Guidance { get; init; }

    /// <summary>0 to 2^63 - 1.</summary>
    public required long Seed { get; init; }

    /// <summary>File name of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>How to ask a ComfyUI instance for it; null for instances of another dialect.</summary>
    public WorkflowTemplate? Template { get; init; }
}
