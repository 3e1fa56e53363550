namespace GenAI.Gateway.Images;

/// <summary>One image to be made by one instance, with every choice made.</summary>
internal sealed record ImageWork
{
    public const int MaxSteps = 150;
    public const int MaxGuidance = 100;

    public required string Prompt { get; init; }

    /// <summary>What is not wanted; a model whose workflow has no slot for it has no use for it.</summary>
    public string NegativePrompt { get; init; } = "";

    public required ImageSize Size { get; init; }

    public required int Steps { get; init; }

    /// <summary>The scale of classifier-free guidance, or what the model has in its place.</summary>
    public required double Guidance { get; init; }

    /// <summary>0 to 2^63 - 1.</summary>
    public required long Seed { get; init; }

    /// <summary>File name of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>ComfyUI's name of it.</summary>
    public required string Sampler { get; init; }

    /// <summary>ComfyUI's name of it.</summary>
    public required string Scheduler { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string Format { get; init; } = "png";

    /// <summary>What the image is made of; null: of the text alone.</summary>
    public Picture? Picture { get; init; }

    /// <summary>0 to 1: how much of the picture is made anew; 1 where there is none.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Whether a picture of another shape is cut in the middle; else it is stretched.</summary>
    public bool Crop { get; init; } = true;

    /// <summary>Says what of the picture may change; null: all.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Where the mask is in its picture, as ComfyUI's LoadImageMask has it: <c>alpha</c> (transparent changes) or <c>red</c> (white changes).</summary>
    public string MaskChannel { get; init; } = "alpha";

    public WorkflowKind Kind => Picture is null ? WorkflowKind.TextToImage : Mask is null ? WorkflowKind.ImageToImage : WorkflowKind.Inpainting;
}
