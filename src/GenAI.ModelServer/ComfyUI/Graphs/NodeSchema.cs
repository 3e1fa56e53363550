using System.Collections.Immutable;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>What a node class is called, takes and gives.</summary>
internal sealed record NodeSchema(string Name, string DisplayName, string Category)
{
    public ImmutableArray<InputSpec> Inputs { get; init; } = [];

    public ImmutableArray<OutputSpec> Outputs { get; init; } = [];

    public string Description { get; init; } = "";

    /// <summary>A workflow must have at least one such node: it makes something that the client sees.</summary>
    public bool IsOutput { get; init; }

    /// <summary>The Python module that holds the class in ComfyUI.</summary>
    public string Module { get; init; } = "nodes";

    /// <summary>Inputs that ComfyUI fills in itself: name and kind.</summary>
    public ImmutableArray<(string Name, string Kind)> Hidden { get; init; } = [];
}

/// <summary>One output. The name is the type's unless given.</summary>
internal readonly record struct OutputSpec(string Type, string? Name = null)
{
    public string DisplayName => Name ?? Type;
}

/// <summary>The types that run along links.</summary>
internal static class LinkTypes
{
    public const string Model = "MODEL";
    public const string Clip = "CLIP";
    public const string Vae = "VAE";
    public const string Conditioning = "CONDITIONING";
    public const string Latent = "LATENT";
    public const string Image = "IMAGE";
    public const string Mask = "MASK";
    public const string Noise = "NOISE";
    public const string Guider = "GUIDER";
    public const string Sampler = "SAMPLER";
    public const string Sigmas = "SIGMAS";
}
