using GenAI.Contracts;
using GenAI.Contracts.Instances;

namespace GenAI.Gateway.Tests.Fakes;

internal static class Snapshots
{
    public const string Flux = "flux-1-dev";
    public const string StableDiffusion = "stable-diffusion-35";
    public const string Workflows = "comfyui-workflows";

    public static InstanceSnapshot Of(long version, params Instance[] instances) => new(version, [.. instances]);

    public static Instance Instance(
        string model, int number, Uri endpoint, InstanceState state = InstanceState.Healthy, double loadScore = 0) => new()
    {
        Id = $"{model}-{number}",
        Model = model,
        Dialect = model == StableDiffusion ? ModelDialect.StableDiffusion : ModelDialect.ComfyUI,
        Endpoint = endpoint,
        State = state,
        LoadScore = loadScore,
    };
}
