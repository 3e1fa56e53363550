using System.Text.Json.Serialization;

namespace GenAI.Gateway.Generation.StableDiffusion;

/// <summary>The body of <c>POST /generate</c> for one image.</summary>
internal sealed class GenerateRequest(ImageJob job)
{
    [JsonPropertyName("prompt")]
    public string Prompt => job.Prompt;

    [JsonPropertyName("width")]
    public int Width => job.Width;

    [JsonPropertyName("height")]
    public int Height => job.Height;

    [JsonPropertyName("num_inference_steps")]
    public int Steps => job.Steps;

    [JsonPropertyName("guidance_scale")]
    public double Guidance => job.Guidance;

    [JsonPropertyName("seed")]
    public long Seed => job.Seed;

    [JsonPropertyName("num_images_per_prompt")]
    public int Images => 1;

    [JsonPropertyName("output_format")]
    public string OutputFormat => "png";
}
