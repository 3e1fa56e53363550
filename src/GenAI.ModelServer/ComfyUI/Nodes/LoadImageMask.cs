using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>A mask out of one channel of an uploaded picture: a colour as it is, alpha inverted.</summary>
internal sealed class LoadImageMask(ServerFolders folders) : INode
{
    private static readonly string[] Channels = ["alpha", "red", "green", "blue"];

    public NodeSchema Schema { get; } = new("LoadImageMask", "Load Image (as Mask)", "mask")
    {
        Inputs = [InputPicture.Input(folders), new ChoiceInput("channel", () => Channels)],
        Outputs = [new(LinkTypes.Mask)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var decoded = InputPicture.Read(folders, call.Text("image"));
        var channel = Array.IndexOf(Channels, call.Text("channel")) - 1;
        if (channel < 0) return NodeResult.Of(MaskValue.OfAlpha(decoded));
        var picture = decoded.Picture;
        return NodeResult.Of(new MaskValue(
            picture.Width, picture.Height, [.. Enumerable.Range(0, picture.Width * picture.Height).Select(i => picture.Rgb[3 * i + channel])]));
    }

    public string? ContentKey(IReadOnlyDictionary<string, NodeInput> inputs) => InputPicture.ContentKey(folders, inputs);
}
