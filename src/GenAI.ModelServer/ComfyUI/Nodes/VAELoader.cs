using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class VAELoader(ModelLibrary library) : INode
{
    public NodeSchema Schema { get; } = new("VAELoader", "Load VAE", "loaders")
    {
        Inputs = [new ChoiceInput("vae_name", () => library.Vae)],
        Outputs = [new(LinkTypes.Vae)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(new VaeValue(call.Text("vae_name")));
}
