using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>Says which part of a latent the sampler makes anew.</summary>
internal sealed class SetLatentNoiseMask : INode
{
    public NodeSchema Schema { get; } = new("SetLatentNoiseMask", "Set Latent Noise Mask", "latent/inpaint")
    {
        Inputs = [new LinkInput("samples", LinkTypes.Latent), new LinkInput("mask", LinkTypes.Mask)],
        Outputs = [new(LinkTypes.Latent)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var (latent, mask) = (call.Get<Latent>("samples"), call.Get<MaskValue>("mask"));
        float[] shares = [.. mask.Values.Select(value => value / (float)byte.MaxValue)];
        return NodeResult.Of(new Latent(latent.Width, latent.Height, latent.Images)
        {
            NoiseMask = Resampling.Resize(shares, mask.Width, mask.Height, latent.Width, latent.Height, "bilinear"),
        });
    }
}
