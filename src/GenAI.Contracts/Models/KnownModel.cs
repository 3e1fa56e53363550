using System.Collections.Immutable;

namespace GenAI.Contracts.Models;

/// <summary>The models that GenAI serves without any configuration, with the short names their settings go by.</summary>
/// <param name="Definition">The defaults.</param>
/// <param name="SettingPrefix">As in <c>FLUX_URL</c> and <c>GENAI_PORT_FLUX</c>.</param>
internal sealed record KnownModel(ModelDefinition Definition, string SettingPrefix)
{
    public static ImmutableArray<KnownModel> All { get; } =
    [
        new(new() { Name = "flux-1-dev", Dialect = ModelDialect.ComfyUI, Port = 8189, Checkpoint = "flux1-dev.safetensors" }, "FLUX"),
        new(new() { Name = "stable-diffusion-35", Dialect = ModelDialect.StableDiffusion, Port = 8190, Checkpoint = "sd3.5_large.safetensors" }, "SD35"),
        new(new() { Name = "comfyui-workflows", Dialect = ModelDialect.ComfyUI, Port = 8191, Checkpoint = "sd_xl_base_1.0.safetensors" }, "COMFYUI"),
    ];
}
