using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Pictures to latents, cropped in the middle to sides that latents can have, as in ComfyUI.</summary>
internal sealed class VAEEncode(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("VAEEncode", "VAE Encode", "latent")
    {
        Inputs = [new LinkInput("pixels", LinkTypes.Image), new LinkInput("vae", LinkTypes.Vae)],
        Outputs = [new(LinkTypes.Latent)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var pictures = call.Get<ImageBatch>("pixels").Pictures;
        var (width, height) = (LatentSize.Whole(pictures[0].Width), LatentSize.Whole(pictures[0].Height));
        if (width < ImagingLimits.MinSide || height < ImagingLimits.MinSide || width > limits.Side || height > limits.Side)
            throw new NodeFailureException(
                $"An image to encode must have sides of {ImagingLimits.MinSide} to {limits.Side} pixels; got {pictures[0].Width}x{pictures[0].Height}.");
        return NodeResult.Of(new Latent(width, height, [.. pictures.Select(picture => LatentCodec.Encode(Crop(picture, width, height)).Images[0])]));
    }

    private static Picture Crop(Picture picture, int width, int height) =>
        picture.Crop((picture.Width - width) / 2, (picture.Height - height) / 2, width, height);
}
