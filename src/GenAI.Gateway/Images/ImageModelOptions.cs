namespace GenAI.Gateway.Images;

/// <summary>How a model makes images; an entry of <c>GenAI:Images:Models</c>.</summary>
internal sealed class ImageModelOptions
{
    /// <summary>The workflow that makes an image of a text; needed for models of the ComfyUI dialect and only for them.</summary>
    public string? Template { get; set; }

    /// <summary>The workflow that makes an image of an image; without one the model cannot.</summary>
    public string? ImageTemplate { get; set; }

    /// <summary>The workflow that changes what a mask shows of an image; without one the model cannot.</summary>
    public string? InpaintTemplate { get; set; }

    /// <summary>The guidance of <c>"style": "natural"</c> and of no style; <c>vivid</c> raises it by a quarter.</summary>
    public double Guidance { get; set; } = 4.5;

    /// <summary>Sampling steps of <c>"quality": "low"</c>.</summary>
    public int LowSteps { get; set; } = 10;

    /// <summary>Sampling steps of <c>medium</c>, <c>standard</c>, <c>auto</c> and of no quality.</summary>
    public int MediumSteps { get; set; } = 20;

    /// <summary>Sampling steps of <c>high</c> and <c>hd</c>.</summary>
    public int HighSteps { get; set; } = 30;

    /// <summary>ComfyUI's name of the sampler of a request that names none.</summary>
    public string Sampler { get; set; } = "euler";

    /// <summary>ComfyUI's name of the noise schedule of a request that names none.</summary>
    public string Scheduler { get; set; } = "normal";

    /// <summary>
    /// What the model's servers encode images as, of png, jpeg and webp. ComfyUI's own nodes know PNG only; a server of the Stable Diffusion
    /// dialect is asked for it as <c>output_format</c>.
    /// </summary>
    public string[] Formats { get; set; } = ["png"];

    public IEnumerable<(WorkflowKind Kind, string Member, string? Name)> Templates =>
    [
        (WorkflowKind.TextToImage, nameof(Template), Template),
        (WorkflowKind.ImageToImage, nameof(ImageTemplate), ImageTemplate),
        (WorkflowKind.Inpainting, nameof(InpaintTemplate), InpaintTemplate),
    ];
}
