using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Pictures in another size. A side of 0 follows the other one; with <c>center</c> what does not fit the new shape is cut.</summary>
internal sealed class ImageScale(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("ImageScale", "Upscale Image", "image/upscaling")
    {
        Inputs =
        [
            new LinkInput("image", LinkTypes.Image),
            new ChoiceInput("upscale_method", () => Resampling.Methods),
            new IntInput("width", 512, 0, limits.Side, 1),
            new IntInput("height", 512, 0, limits.Side, 1),
            new ChoiceInput("crop", () => ["disabled", "center"]),
        ],
        Outputs = [new(LinkTypes.Image)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var batch = call.Get<ImageBatch>("image");
        var (width, height) = (call.Int("width"), call.Int("height"));
        var first = batch.Pictures[0];
        if (width == 0 && height == 0) return NodeResult.Of(batch);
        if (width == 0) width = Math.Max(1, (int)Math.Round((double)first.Width * height / first.Height));
        if (height == 0) height = Math.Max(1, (int)Math.Round((double)first.Height * width / first.Width));
        if (width > limits.Side || height > limits.Side)
            throw new NodeFailureException($"The scaled image would be {width}x{height}; sides may have {limits.Side} pixels.");

        var (method, crop) = (call.Text("upscale_method"), call.Text("crop") == "center");
        return NodeResult.Of(new ImageBatch(
            [.. batch.Pictures.Select(picture => Resampling.Resize(crop ? CropTo(picture, width, height) : picture, width, height, method))]));
    }

    /// <summary>The middle of the picture in the shape of the new size.</summary>
    private static Picture CropTo(Picture picture, int width, int height)
    {
        var (oldShape, newShape) = ((double)picture.Width / picture.Height, (double)width / height);
        var left = oldShape > newShape ? (int)Math.Round((picture.Width - picture.Width * (newShape / oldShape)) / 2) : 0;
        var top = oldShape < newShape ? (int)Math.Round((picture.Height - picture.Height * (oldShape / newShape)) / 2) : 0;
        return picture.Crop(left, top, Math.Max(1, picture.Width - 2 * left), Math.Max(1, picture.Height - 2 * top));
    }
}
