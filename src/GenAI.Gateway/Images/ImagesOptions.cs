namespace GenAI.Gateway.Images;

/// <summary>What the APIs that make images by model's name share; configuration section <c>GenAI:Images</c>.</summary>
internal sealed class ImagesOptions
{
    public const string Section = "GenAI:Images";

    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel { get; set; } = "flux-1-dev";

    /// <summary>What <c>"size": "auto"</c>, or no size, means: small enough for the embedded engine, and what every model can do.</summary>
    public string DefaultSize { get; set; } = "512x512";

    /// <summary>How long a request may take from its acceptance to its images, waiting included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For how long a client that waits may wait while the model has no instance that takes jobs; then it is told so.</summary>
    public TimeSpan NoInstanceLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A folder with further workflow templates, which go before the gateway's own of the same name.</summary>
    public string? TemplateFolder { get; set; }

    /// <summary>The largest picture that a client may send, in bytes.</summary>
    public int MaxPictureBytes { get; set; } = 16 << 20;

    /// <summary>By model's name: the three known models, which configuration can change, and those that it adds. No other makes images here.</summary>
    public Dictionary<string, ImageModelOptions> Models { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["flux-1-dev"] = new()
        {
            Template = "flux", ImageTemplate = "flux-image", InpaintTemplate = "flux-inpaint",
            Guidance = 3.5, LowSteps = 8, MediumSteps = 20, HighSteps = 28, Scheduler = "simple",
        },
        ["stable-diffusion-35"] = new() { Guidance = 4.5, LowSteps = 10, MediumSteps = 20, HighSteps = 28 },
        ["comfyui-workflows"] = new()
        {
            Template = "sdxl", ImageTemplate = "sdxl-image", InpaintTemplate = "sdxl-inpaint",
            Guidance = 7, LowSteps = 10, MediumSteps = 20, HighSteps = 30,
        },
    };
}
