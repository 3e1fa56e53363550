using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Brings a checkpoint into memory: model, text encoder and VAE from one file.</summary>
internal sealed class CheckpointLoaderSimple(ModelLibrary library, LoadedModels loaded) : INode
{
    public NodeSchema Schema { get; } = new("CheckpointLoaderSimple", "Load Checkpoint", "loaders")
    {
        Description = "Loads a diffusion model checkpoint, diffusion models are used to denoise latents.",
        Inputs = [new ChoiceInput("ckpt_name", () => library.Checkpoints)],
        Outputs = [new(LinkTypes.Model), new(LinkTypes.Clip), new(LinkTypes.Vae)],
    };

    public async Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var file = call.Text("ckpt_name");
        await loaded.EnsureAsync(file, call.Stop);
        return new NodeResult([new ModelValue(file), new ClipValue([file], []), new VaeValue(file)]);
    }
}
