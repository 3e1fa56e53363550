using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>An uploaded picture and its mask.</summary>
internal sealed class LoadImage(ServerFolders folders) : INode
{
    public NodeSchema Schema { get; } = new("LoadImage", "Load Image", "image")
    {
        Inputs = [InputPicture.Input(folders)],
        Outputs = [new(LinkTypes.Image), new(LinkTypes.Mask)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var decoded = InputPicture.Read(folders, call.Text("image"));
        return NodeResult.Of(new ImageBatch([decoded.Picture]), MaskValue.OfAlpha(decoded));
    }

    public string? ContentKey(IReadOnlyDictionary<string, NodeInput> inputs) => InputPicture.ContentKey(folders, inputs);
}
