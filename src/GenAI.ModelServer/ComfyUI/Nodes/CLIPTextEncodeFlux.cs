using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>One text for each of FLUX's two encoders. Equal texts count once.</summary>
internal sealed class CLIPTextEncodeFlux(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("CLIPTextEncodeFlux", "CLIPTextEncodeFlux", "advanced/conditioning/flux")
    {
        Module = "comfy_extras.nodes_flux",
        Inputs =
        [
            new LinkInput("clip", LinkTypes.Clip),
            new TextInput("clip_l", limits.TextLength) { Multiline = true, DynamicPrompts = true },
            new TextInput("t5xxl", limits.TextLength) { Multiline = true, DynamicPrompts = true },
            new FloatInput("guidance", 3.5, 0, 100, 0.1),
        ],
        Outputs = [new(LinkTypes.Conditioning)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var (clipL, t5) = (call.Text("clip_l"), call.Text("t5xxl"));
        var text = clipL == t5 || clipL.Length == 0 ? t5 : $"{t5} {clipL}";
        return NodeResult.Of(call.Get<ClipValue>("clip").Encode(text, call.Float("guidance")));
    }
}
