using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>
/// FLUX's resolution-dependent shift (Esser et al. 2024, arXiv 2403.03206, section 5.3.2; the constants are ComfyUI's
/// nodes_model_advanced): μ grows linearly with the number of image tokens, from base_shift at 256 to max_shift at 4096.
/// With σ = t / (1 - t) the shifted time e^μ / (e^μ + 1/t - 1) is a factor e^μ on σ.
/// </summary>
internal sealed class ModelSamplingFlux(LimitOptions limits) : INode
{
    private const double FewTokens = 256;
    private const double ManyTokens = 4096;

    /// <summary>A token covers 16×16 pixels.</summary>
    private const double PixelsPerToken = 256;

    /// <summary>Beyond this the noise levels say nothing about a picture any more.</summary>
    private const double MaxShift = 10;

    public NodeSchema Schema { get; } = new("ModelSamplingFlux", "ModelSamplingFlux", "advanced/model")
    {
        Module = "comfy_extras.nodes_model_advanced",
        Inputs =
        [
            new LinkInput("model", LinkTypes.Model),
            new FloatInput("max_shift", 1.15, 0, 100, 0.01),
            new FloatInput("base_shift", 0.5, 0, 100, 0.01),
            new IntInput("width", 1024, ImagingLimits.MinSide, limits.Side, 8),
            new IntInput("height", 1024, ImagingLimits.MinSide, limits.Side, 8),
        ],
        Outputs = [new(LinkTypes.Model)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var tokens = (double)call.Int("width") * call.Int("height") / PixelsPerToken;
        var (few, many) = (call.Float("base_shift"), call.Float("max_shift"));
        var shift = few + (many - few) * (tokens - FewTokens) / (ManyTokens - FewTokens);
        return NodeResult.Of(call.Get<ModelValue>("model") with { SigmaScale = Math.Exp(Math.Clamp(shift, -MaxShift, MaxShift)) });
    }
}
