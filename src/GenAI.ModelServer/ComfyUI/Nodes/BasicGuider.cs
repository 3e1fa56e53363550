using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class BasicGuider : INode
{
    public NodeSchema Schema { get; } = new("BasicGuider", "BasicGuider", "sampling/custom_sampling/guiders")
    {
        Module = "comfy_extras.nodes_custom_sampler",
        Inputs = [new LinkInput("model", LinkTypes.Model), new LinkInput("conditioning", LinkTypes.Conditioning)],
        Outputs = [new(LinkTypes.Guider)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) =>
        NodeResult.Of(new GuiderValue(call.Get<ModelValue>("model"), call.Get<Conditioning>("conditioning")));
}
