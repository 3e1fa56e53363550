namespace GenAI.Gateway.OpenAI;

/// <summary>How a model makes an image from a text and nothing else.</summary>
internal sealed class TextToImageOptions
{
    /// <summary>
    /// The name of a workflow in <c>OpenAI/Templates</c>, without <c>.json</c>; needed for models of the ComfyUI dialect and only for them.
    /// </summary>
    public string? Template { get; set; }

    /// <summary>The guidance of <c>"style": "natural"</c> and of no style; <c>vivid</c> raises it by a quarter.</summary>
    public double Guidance { get; set; } = 4.5;

    /// <summary>Sampling steps of <c>"quality": "low"</c>.</summary>
    public int LowSteps { get; set; } = 10;

    /// <summary>Sampling steps of <c>medium</c>, <c>standard</c>, <c>auto</c> and of no quality.</summary>
    public int MediumSteps { get; set; } = 20;

    /// <summary>Sampling steps of <c>high</c> and <c>hd</c>.</summary>
    public int HighSteps { get; set; } = 30;
}
