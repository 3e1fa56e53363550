using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class SaveImage(ImageSaver saver, LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("SaveImage", "Save Image", "image")
    {
        Description = "Saves the input images to your ComfyUI output directory.",
        IsOutput = true,
        Hidden = ImageText.HiddenInputs,
        Inputs =
        [
            new LinkInput("images", LinkTypes.Image),
            new TextInput("filename_prefix", limits.TextLength) { Default = "ComfyUI" },
        ],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var images = saver.Save(ServerFolders.Output, call.Text("filename_prefix"), call.Get<ImageBatch>("images").Pictures, ImageText.Of(call.Job));
        return Task.FromResult(new NodeResult([], new() { ["images"] = images }));
    }
}
