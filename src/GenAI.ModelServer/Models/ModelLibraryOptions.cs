namespace GenAI.ModelServer.Models;

/// <summary>Which model files the server offers, and what it costs to load one.</summary>
internal sealed class ModelLibraryOptions
{
    // Configuration adds to a list that already has elements, so the defaults live in ModelLibrary.
    public List<string>? Checkpoints { get; set; }

    public List<string>? DiffusionModels { get; set; }

    public List<string>? TextEncoders { get; set; }

    public List<string>? Vae { get; set; }

    public List<string>? Loras { get; set; }

    public List<string>? Embeddings { get; set; }

    /// <summary>The checkpoint that the stable-diffusion dialect uses.</summary>
    public string Checkpoint { get; set; } = "sd3.5_large.safetensors";

    /// <summary>How long it takes to bring a checkpoint into memory.</summary>
    public TimeSpan LoadTime { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a sampling step takes at least: a machine of a known speed, whatever this one does beside it. Zero: as fast as it can.</summary>
    public TimeSpan StepTime { get; set; } = TimeSpan.Zero;

    /// <summary>How many checkpoints memory holds; loading one more drops the one used longest ago.</summary>
    public int MemorySlots { get; set; } = 1;
}
