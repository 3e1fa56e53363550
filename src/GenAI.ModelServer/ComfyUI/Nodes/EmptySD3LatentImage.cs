using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class EmptySD3LatentImage(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("EmptySD3LatentImage", "EmptySD3LatentImage", "latent/sd3")
    {
        Module = "comfy_extras.nodes_sd3",
        Inputs = LatentSize.Inputs(1024, 16, limits),
        Outputs = [new(LinkTypes.Latent)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(LatentSize.Empty(call));
}
