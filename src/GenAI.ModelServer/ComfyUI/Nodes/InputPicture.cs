using System.Security.Cryptography;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>What the nodes that read an uploaded picture share. The embedded engine reads PNG.</summary>
internal static class InputPicture
{
    public static ImageFileInput Input(ServerFolders folders) => new("image", folders.InputFiles, name => folders.FindInput(name) is not null);

    /// <summary>The same name may stand for another picture tomorrow.</summary>
    public static string? ContentKey(ServerFolders folders, IReadOnlyDictionary<string, NodeInput> inputs)
    {
        if (inputs["image"] is not NodeInput.Value { Content: string name } || folders.FindInput(name) is not { } path) return null;
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <exception cref="NodeFailureException">It is gone, or no PNG.</exception>
    public static DecodedPng Read(ServerFolders folders, string name)
    {
        var path = folders.FindInput(name) ?? throw new NodeFailureException($"The image '{name}' is no longer there.");
        try
        {
            return PngReader.Read(File.ReadAllBytes(path), PictureLimits.Default);
        }
        catch (InvalidDataException exception)
        {
            throw new NodeFailureException($"The image '{name}' cannot be read; this server reads PNG. {exception.Message}");
        }
    }
}
