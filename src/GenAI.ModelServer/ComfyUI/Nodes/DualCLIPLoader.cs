using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Two text encoders that work as one.</summary>
internal sealed class DualCLIPLoader(ModelLibrary library) : INode
{
    private static readonly string[] Types = ["sdxl", "sd3", "flux", "hunyuan_video", "hidream", "hunyuan_image"];
    private static readonly string[] Devices = ["default", "cpu"];

    public NodeSchema Schema { get; } = new("DualCLIPLoader", "DualCLIPLoader", "advanced/loaders")
    {
        Description = "[Recipes]\n\nsdxl: clip-l, clip-g\nsd3: clip-l, clip-g / clip-l, t5 / clip-g, t5\nflux: clip-l, t5",
        Inputs =
        [
            new ChoiceInput("clip_name1", () => library.TextEncoders),
            new ChoiceInput("clip_name2", () => library.TextEncoders),
            new ChoiceInput("type", () => Types),
            new ChoiceInput("device", () => Devices) { Optional = true },
        ],
        Outputs = [new(LinkTypes.Clip)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) =>
        NodeResult.Of(new ClipValue([call.Text("clip_name1"), call.Text("clip_name2")], []));
}
