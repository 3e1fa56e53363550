using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class FluxGuidance : INode
{
    public NodeSchema Schema { get; } = new("FluxGuidance", "FluxGuidance", "advanced/conditioning/flux")
    {
        Module = "comfy_extras.nodes_flux",
        Inputs = [new LinkInput("conditioning", LinkTypes.Conditioning), new FloatInput("guidance", 3.5, 0, 100, 0.1)],
        Outputs = [new(LinkTypes.Conditioning)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) =>
        NodeResult.Of(call.Get<Conditioning>("conditioning") with { Guidance = call.Float("guidance") });
}
