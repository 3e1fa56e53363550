using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

internal sealed class VAEDecode : INode
{
    public NodeSchema Schema { get; } = new("VAEDecode", "VAE Decode", "latent")
    {
        Description = "Decodes latent images back into pixel space images.",
        Inputs = [new LinkInput("samples", LinkTypes.Latent), new LinkInput("vae", LinkTypes.Vae)],
        Outputs = [new(LinkTypes.Image)],
    };

    public Task<NodeResult> ExecuteAsync(NodeCall call)
    {
        var latent = call.Get<Latent>("samples");
        return NodeResult.Of(new ImageBatch([.. Enumerable.Range(0, latent.Images.Count).Select(i => LatentCodec.Decode(latent, i))]));
    }
}
