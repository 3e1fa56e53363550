using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>The sampler of FLUX workflows, its parts given by other nodes.</summary>
internal sealed class SamplerCustomAdvanced(SamplingStep sampling) : INode
{
    public NodeSchema Schema { get; } = new("SamplerCustomAdvanced", "SamplerCustomAdvanced", "sampling/custom_sampling")
    {
        Module = "comfy_extras.nodes_custom_sampler",
        Inputs =
        [
            new LinkInput("noise", LinkTypes.Noise),
            new LinkInput("guider", LinkTypes.Guider),
            new LinkInput("sampler", LinkTypes.Sampler),
            new LinkInput("sigmas", LinkTypes.Sigmas),
            new LinkInput("latent_image", LinkTypes.Latent),
        ],
        Outputs = [new(LinkTypes.Latent, "output"), new(LinkTypes.Latent, "denoised_output")],
    };

    public async Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var guider = call.Get<GuiderValue>("guider");
        var request = new SamplerRequest
        {
            Latent = call.Get<Latent>("latent_image"),
            Positive = guider.Positive,
            Seed = call.Get<NoiseValue>("noise").Seed,
            SamplerName = call.Get<SamplerValue>("sampler").Name,
        };
        var latent = await sampling.RunAsync(call, guider.Model, request, call.Get<SigmasValue>("sigmas").Levels);

        // Every schedule on offer ends at 0, where the sample is the denoised estimate.
        return new NodeResult([latent, latent]);
    }
}
