using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Brings a diffusion model without text encoder and VAE into memory.</summary>
internal sealed class UNETLoader(ModelLibrary library, LoadedModels loaded) : INode
{
    private static readonly string[] WeightTypes = ["default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2"];

    public NodeSchema Schema { get; } = new("UNETLoader", "Load Diffusion Model", "advanced/loaders")
    {
        Inputs = [new ChoiceInput("unet_name", () => library.DiffusionModels), new ChoiceInput("weight_dtype", () => WeightTypes)],
        Outputs = [new(LinkTypes.Model)],
    };

    public async Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var file = call.Text("unet_name");
        await loaded.EnsureAsync(file, call.Stop);
        return new NodeResult([new ModelValue(file)]);
    }
}
