using System.Security.Cryptography;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging.Png;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>An uploaded picture and its mask. The embedded engine reads PNG.</summary>
internal sealed class LoadImage(ServerFolders folders) : INode
{
    /// <summary>ComfyUI gives a picture without alpha a mask of this size, all zero.</summary>
    private const int NoMaskSide = 64;

    public NodeSchema Schema { get; } = new("LoadImage", "Load Image", "image")
    {
        Inputs = [new ImageFileInput("image", folders.InputFiles, name => folders.FindInput(name) is not null)],
        Outputs = [new(LinkTypes.Image), new(LinkTypes.Mask)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var name = call.Text("image");
        var decoded = Read(name);
        var mask = decoded.Alpha is { } alpha
            ? new MaskValue(decoded.Picture.Width, decoded.Picture.Height, [.. alpha.Select(opacity => (byte)(byte.MaxValue - opacity))])
            : new MaskValue(NoMaskSide, NoMaskSide, new byte[NoMaskSide * NoMaskSide]);
        return NodeResult.Of(new ImageBatch([decoded.Picture]), mask);
    }

    /// <summary>The same name may stand for another picture tomorrow.</summary>
    public string? ContentKey(IReadOnlyDictionary<string, NodeInput> inputs)
    {
        if (inputs["image"] is not NodeInput.Value { Content: string name } || folders.FindInput(name) is not { } path) return null;
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    private DecodedPng Read(string name)
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
