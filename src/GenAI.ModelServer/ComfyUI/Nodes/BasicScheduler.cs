using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class BasicScheduler(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("BasicScheduler", "BasicScheduler", "sampling/custom_sampling/schedulers")
    {
        Module = "comfy_extras.nodes_custom_sampler",
        Inputs =
        [
            new LinkInput("model", LinkTypes.Model),
            new ChoiceInput("scheduler", () => Schedulers.Names) { NewStyle = true },
            new IntInput("steps", 20, 1, limits.Steps),
            new FloatInput("denoise", 1, 0, 1, 0.01),
        ],
        Outputs = [new(LinkTypes.Sigmas)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(new SigmasValue(
        SamplingStep.Sigmas(call.Get<ModelValue>("model"), call.Text("scheduler"), call.Int("steps"), call.Float("denoise"))));
}
