using System.Security.Cryptography;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Shows images without keeping them: they lie in the temp folder until newer ones need the room.</summary>
internal sealed class PreviewImage(ImageSaver saver) : INode
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    public NodeSchema Schema { get; } = new("PreviewImage", "Preview Image", "image")
    {
        Description = "Shows the input images.",
        IsOutput = true,
        Hidden = ImageText.HiddenInputs,
        Inputs = [new LinkInput("images", LinkTypes.Image)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        // Unguessable enough that two runs do not share a name; nothing depends on it.
        var prefix = "ComfyUI_temp_" + RandomNumberGenerator.GetString(Letters, 5);
        var images = saver.Save(ServerFolders.Temp, prefix, call.Get<ImageBatch>("images").Pictures, ImageText.Of(call.Job));
        return Task.FromResult(new NodeResult([], new() { ["images"] = images }));
    }
}
