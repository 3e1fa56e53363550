using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class CLIPTextEncode(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("CLIPTextEncode", "CLIP Text Encode (Prompt)", "conditioning")
    {
        Description = "Encodes a text prompt using a CLIP model into an embedding that can be used to guide the diffusion model "
            + "towards generating specific images.",
        Inputs =
        [
            new TextInput("text", limits.TextLength) { Multiline = true, DynamicPrompts = true },
            new LinkInput("clip", LinkTypes.Clip),
        ],
        Outputs = [new(LinkTypes.Conditioning)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call) => NodeResult.Of(call.Get<ClipValue>("clip").Encode(call.Text("text")));
}
