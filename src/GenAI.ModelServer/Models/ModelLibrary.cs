using System.Collections.Immutable;

namespace GenAI.ModelServer.Models;

/// <summary>The model files on offer, by the folder names that ComfyUI uses.</summary>
internal sealed class ModelLibrary(ModelLibraryOptions options)
{
    /// <summary>What every ComfyUI has; no node here uses them, and clients that look in them should find them empty, not missing.</summary>
    private static readonly ImmutableArray<string> Unused =
    [
        "clip_vision", "style_models", "diffusers", "vae_approx", "controlnet", "gligen", "upscale_models", "hypernetworks", "photomaker",
        "classifiers", "model_patches", "audio_encoders",
    ];

    public ImmutableArray<string> Checkpoints { get; } = Sorted(options.Checkpoints,
        ["flux1-dev.safetensors", "sd3.5_large.safetensors", "sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors"]);

    public ImmutableArray<string> DiffusionModels { get; } = Sorted(options.DiffusionModels,
        ["flux1-dev.safetensors", "sd3.5_large.safetensors"]);

    public ImmutableArray<string> TextEncoders { get; } = Sorted(options.TextEncoders,
        ["clip_g.safetensors", "clip_l.safetensors", "t5xxl_fp16.safetensors", "t5xxl_fp8_e4m3fn.safetensors"]);

    public ImmutableArray<string> Vae { get; } = Sorted(options.Vae, ["ae.safetensors", "sdxl_vae.safetensors"]);

    public ImmutableArray<string> Loras { get; } = Sorted(options.Loras, ["detail.safetensors", "watercolor.safetensors"]);

    public ImmutableArray<string> Embeddings { get; } = Sorted(options.Embeddings, []);

    /// <summary>Folder name to files, in the order of <c>GET /models</c>.</summary>
    public IReadOnlyList<(string Folder, ImmutableArray<string> Files)> Folders =>
    [
        ("checkpoints", Checkpoints), ("loras", Loras), ("vae", Vae), ("text_encoders", TextEncoders),
        ("diffusion_models", DiffusionModels), ("embeddings", Embeddings),
        .. Unused.Select(folder => (folder, ImmutableArray<string>.Empty)),
    ];

    /// <summary>The files of a folder; null when there is no such folder.</summary>
    public ImmutableArray<string>? Files(string folder)
    {
        var name = folder switch { "unet" => "diffusion_models", "clip" => "text_encoders", _ => folder };
        foreach (var (known, files) in Folders)
            if (known == name) return files;
        return null;
    }

    private static ImmutableArray<string> Sorted(List<string>? configured, ImmutableArray<string> defaults) =>
        [.. (configured ?? [.. defaults]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
