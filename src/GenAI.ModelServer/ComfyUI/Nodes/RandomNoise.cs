using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class RandomNoise : INode
{
    public NodeSchema Schema { get; } = new("RandomNoise", "RandomNoise", "sampling/custom_sampling/noise")
    {
        Module = "comfy_extras.nodes_custom_sampler",
        Inputs = [new IntInput("noise_seed", 0, 0, ulong.MaxValue) { ControlAfterGenerate = true }],
        Outputs = [new(LinkTypes.Noise)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(new NoiseValue(call.Seed("noise_seed")));
}
