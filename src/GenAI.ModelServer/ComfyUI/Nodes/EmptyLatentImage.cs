using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class EmptyLatentImage(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("EmptyLatentImage", "Empty Latent Image", "latent")
    {
        Description = "Create a new batch of empty latent images to be denoised via sampling.",
        Inputs = LatentSize.Inputs(512, 8, limits),
        Outputs = [new(LinkTypes.Latent)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(LatentSize.Empty(call));
}
