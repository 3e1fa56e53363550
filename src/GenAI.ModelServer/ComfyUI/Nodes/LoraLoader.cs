using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>
/// Applies a LoRA. The embedded engine has no weights to change: the LoRA's name joins every prompt encoded with the
/// resulting text encoder, and so shifts the picture's style the same way each time.
/// </summary>
internal sealed class LoraLoader(ModelLibrary library) : INode
{
    private const double MaxStrength = 100;

    public NodeSchema Schema { get; } = new("LoraLoader", "Load LoRA", "loaders")
    {
        Description = "LoRAs are used to modify diffusion and CLIP models, altering the way in which latents are denoised such as applying styles.",
        Inputs =
        [
            new LinkInput("model", LinkTypes.Model),
            new LinkInput("clip", LinkTypes.Clip),
            new ChoiceInput("lora_name", () => library.Loras),
            new FloatInput("strength_model", 1, -MaxStrength, MaxStrength, 0.01),
            new FloatInput("strength_clip", 1, -MaxStrength, MaxStrength, 0.01),
        ],
        Outputs = [new(LinkTypes.Model), new(LinkTypes.Clip)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var model = call.Get<ModelValue>("model");
        var clip = call.Get<ClipValue>("clip");
        if (call.Float("strength_clip") == 0) return NodeResult.Of(model, clip);

        return NodeResult.Of(model, clip with { Styles = clip.Styles.Add(Style(call.Text("lora_name"))) });
    }

    /// <summary>One word that no vocabulary has.</summary>
    private static string Style(string file) => string.Concat(Path.GetFileNameWithoutExtension(file).Where(char.IsAsciiLetter)) + "lora";
}
