using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class KSamplerSelect : INode
{
    public NodeSchema Schema { get; } = new("KSamplerSelect", "KSamplerSelect", "sampling/custom_sampling/samplers")
    {
        Module = "comfy_extras.nodes_custom_sampler",
        Inputs = [new ChoiceInput("sampler_name", () => Samplers.Names) { NewStyle = true }],
        Outputs = [new(LinkTypes.Sampler)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(new SamplerValue(call.Text("sampler_name")));
}
