using System.Collections.Immutable;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>What the nodes that make empty latents share.</summary>
internal static class LatentSize
{
    /// <summary>ComfyUI's latents have an eighth of the picture's side; what does not divide is cut off.</summary>
    public const int Block = 8;

    public static ImmutableArray<InputSpec> Inputs(int side, int step, LimitOptions limits) =>
    [
        new IntInput("width", side, ImagingLimits.MinSide, limits.Side, step),
        new IntInput("height", side, ImagingLimits.MinSide, limits.Side, step),
        new IntInput("batch_size", 1, 1, limits.Batch),
    ];

    public static Latent Empty(NodeCall call)
    {
        var (width, height, batch) = (Whole(call.Int("width")), Whole(call.Int("height")), call.Int("batch_size"));
        if ((long)width * height * batch > ImagingLimits.MaxBatchPixels)
            throw new NodeFailureException(
                $"{batch} images of {width}x{height} have {(long)width * height * batch} pixels; a batch may have up to {ImagingLimits.MaxBatchPixels}.");
        return Latent.Empty(width, height, batch);
    }

    public static int Whole(int side) => side / Block * Block;
}
