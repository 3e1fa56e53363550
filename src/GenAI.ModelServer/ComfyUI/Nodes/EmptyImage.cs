using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Pictures of one colour.</summary>
internal sealed class EmptyImage(LimitOptions limits) : INode
{
    public NodeSchema Schema { get; } = new("EmptyImage", "EmptyImage", "image")
    {
        Inputs =
        [
            new IntInput("width", 512, 1, limits.Side, 1),
            new IntInput("height", 512, 1, limits.Side, 1),
            new IntInput("batch_size", 1, 1, limits.Batch),
            new IntInput("color", 0, 0, 0xFFFFFF, 1),
        ],
        Outputs = [new(LinkTypes.Image)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var (width, height, colour) = (call.Int("width"), call.Int("height"), call.Int("color"));
        var rgb = new byte[3 * width * height];
        for (var i = 0; i < rgb.Length; i += 3)
            (rgb[i], rgb[i + 1], rgb[i + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);

        // Pictures are not written to: a batch can share one.
        var picture = new Picture(width, height, rgb);
        return NodeResult.Of(new ImageBatch([.. Enumerable.Repeat(picture, call.Int("batch_size"))]));
    }
}
