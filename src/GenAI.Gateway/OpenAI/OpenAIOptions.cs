namespace GenAI.Gateway.OpenAI;

/// <summary>The OpenAI API; configuration section <c>GenAI:OpenAI</c>.</summary>
internal sealed class OpenAIOptions
{
    public const string Section = "GenAI:OpenAI";

    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel { get; set; } = "flux-1-dev";

    /// <summary>What <c>"size": "auto"</c>, or no size, means: small enough for the embedded engine, and what every model can do.</summary>
    public string DefaultSize { get; set; } = "512x512";

    /// <summary>How long a request may take from its acceptance to its images.</summary>
    public TimeSpan GenerationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Images under way at once, over all requests; a request that does not fit is answered with 429.</summary>
    public int MaxConcurrentImages { get; set; } = 64;

    /// <summary>Memory for images that are answered as <c>url</c>, in bytes; the oldest go first.</summary>
    public long ImageStoreBytes { get; set; } = 256L << 20;

    /// <summary>How long such a url works.</summary>
    public TimeSpan ImageLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The gateway's address as clients see it, for such urls; by default the scheme and host of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>By model's name: the three known models, which configuration can change, and those that it adds. No other makes images here.</summary>
    public Dictionary<string, TextToImageOptions> Models { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["flux-1-dev"] = new() { Template = "flux", Guidance = 3.5, LowSteps = 8, MediumSteps = 20, HighSteps = 28 },
        ["stable-diffusion-35"] = new() { Guidance = 4.5, LowSteps = 10, MediumSteps = 20, HighSteps = 28 },
        ["comfyui-workflows"] = new() { Template = "sdxl", Guidance = 7, LowSteps = 10, MediumSteps = 20, HighSteps = 30 },
    };
}
