namespace GenAI.ModelServer;

/// <summary>The APIs that this server can speak, as <c>--dialect</c> names them.</summary>
internal static class Dialects
{
    public const string ComfyUI = "comfyui";
    public const string StableDiffusion = "stable-diffusion";

    public static IReadOnlyList<string> All { get; } = [ComfyUI, StableDiffusion];
}
