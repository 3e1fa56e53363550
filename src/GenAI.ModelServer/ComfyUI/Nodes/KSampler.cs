using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Sampling;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>The sampler of most workflows: noise, schedule, guidance and steps in one node.</summary>
internal sealed class KSampler(LimitOptions limits, SamplingStep sampling) : INode
{
    public NodeSchema Schema { get; } = new("KSampler", "KSampler", "sampling")
    {
        Description = "Uses the provided model, positive and negative conditioning to denoise the latent image.",
        Inputs =
        [
            new LinkInput("model", LinkTypes.Model),
            new IntInput("seed", 0, 0, ulong.MaxValue) { ControlAfterGenerate = true },
            new IntInput("steps", 20, 1, limits.Steps),
            new FloatInput("cfg", 8, 0, ImagingLimits.MaxCfg, 0.1) { Round = 0.01 },
            new ChoiceInput("sampler_name", () => Samplers.Names),
            new ChoiceInput("scheduler", () => Schedulers.Names),
            new LinkInput("positive", LinkTypes.Conditioning),
            new LinkInput("negative", LinkTypes.Conditioning),
            new LinkInput("latent_image", LinkTypes.Latent),
            new FloatInput("denoise", 1, 0, 1, 0.01),
        ],
        Outputs = [new(LinkTypes.Latent)],
    };

    public async Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var model = call.Get<ModelValue>("model");
        var request = new SamplerRequest
        {
            Latent = call.Get<Latent>("latent_image"),
            Positive = call.Get<Conditioning>("positive"),
            Negative = call.Get<Conditioning>("negative"),
            Seed = call.Seed("seed"),
            Cfg = call.Float("cfg"),
            SamplerName = call.Text("sampler_name"),
        };
        var sigmas = SamplingStep.Sigmas(model, call.Text("scheduler"), call.Int("steps"), call.Float("denoise"));
        return new NodeResult([await sampling.RunAsync(call, model, request, sigmas)]);
    }
}
