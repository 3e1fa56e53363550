using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

/// <summary>Workflows in the API format.</summary>
internal static class Workflows
{
    public const string Checkpoint = "sd_xl_base_1.0.safetensors";

    /// <summary>ComfyUI's default workflow, small: loader 4, latent 5, texts 6 and 7, sampler 3, decoder 8, saver 9.</summary>
    public static JsonObject TextToImage(
        string text = "a red circle on a blue background", int side = 64, int steps = 4, long seed = 1, string checkpoint = Checkpoint) => new()
    {
        ["4"] = Node("CheckpointLoaderSimple", new() { ["ckpt_name"] = checkpoint }),
        ["5"] = Node("EmptyLatentImage", new() { ["width"] = side, ["height"] = side, ["batch_size"] = 1 }),
        ["6"] = Node("CLIPTextEncode", new() { ["text"] = text, ["clip"] = Link("4", 1) }),
        ["7"] = Node("CLIPTextEncode", new() { ["text"] = "", ["clip"] = Link("4", 1) }),
        ["3"] = Node("KSampler", new()
        {
            ["seed"] = seed, ["steps"] = steps, ["cfg"] = 2, ["sampler_name"] = "euler", ["scheduler"] = "normal", ["denoise"] = 1,
            ["model"] = Link("4", 0), ["positive"] = Link("6", 0), ["negative"] = Link("7", 0), ["latent_image"] = Link("5", 0),
        }),
        ["8"] = Node("VAEDecode", new() { ["samples"] = Link("3", 0), ["vae"] = Link("4", 2) }),
        ["9"] = Node("SaveImage", new() { ["filename_prefix"] = "ComfyUI", ["images"] = Link("8", 0) }),
    };

    /// <summary>The workflow of FLUX.1-dev with its parts loaded and combined one by one; saver 9.</summary>
    public static JsonObject Flux(string text, int side = 64, int steps = 4) => new()
    {
        ["1"] = Node("UNETLoader", new() { ["unet_name"] = "flux1-dev.safetensors", ["weight_dtype"] = "default" }),
        ["2"] = Node("DualCLIPLoader", new() { ["clip_name1"] = "t5xxl_fp16.safetensors", ["clip_name2"] = "clip_l.safetensors", ["type"] = "flux" }),
        ["3"] = Node("VAELoader", new() { ["vae_name"] = "ae.safetensors" }),
        ["4"] = Node("CLIPTextEncode", new() { ["text"] = text, ["clip"] = Link("2", 0) }),
        ["5"] = Node("FluxGuidance", new() { ["conditioning"] = Link("4", 0), ["guidance"] = 3.5 }),
        ["6"] = Node("ModelSamplingFlux", new() { ["model"] = Link("1", 0), ["max_shift"] = 1.15, ["base_shift"] = 0.5, ["width"] = side, ["height"] = side }),
        ["10"] = Node("BasicGuider", new() { ["model"] = Link("6", 0), ["conditioning"] = Link("5", 0) }),
        ["11"] = Node("KSamplerSelect", new() { ["sampler_name"] = "euler" }),
        ["12"] = Node("BasicScheduler", new() { ["model"] = Link("6", 0), ["scheduler"] = "simple", ["steps"] = steps, ["denoise"] = 1 }),
        ["13"] = Node("RandomNoise", new() { ["noise_seed"] = ulong.MaxValue }),
        ["14"] = Node("EmptySD3LatentImage", new() { ["width"] = side, ["height"] = side, ["batch_size"] = 1 }),
        ["15"] = Node("SamplerCustomAdvanced", new()
        {
            ["noise"] = Link("13", 0), ["guider"] = Link("10", 0), ["sampler"] = Link("11", 0), ["sigmas"] = Link("12", 0), ["latent_image"] = Link("14", 0),
        }),
        ["8"] = Node("VAEDecode", new() { ["samples"] = Link("15", 0), ["vae"] = Link("3", 0) }),
        ["9"] = Node("SaveImage", new() { ["filename_prefix"] = "flux", ["images"] = Link("8", 0) }),
    };

    /// <summary>The quickest workflow: a plain picture 1, saved by 2. It loads no checkpoint.</summary>
    public static JsonObject Plain(int colour = 0xFF0000, string prefix = "plain", string saver = "SaveImage")
    {
        var save = new JsonObject { ["images"] = Link("1", 0) };
        if (saver == "SaveImage") save["filename_prefix"] = prefix;
        return new()
        {
            ["1"] = Node("EmptyImage", new() { ["width"] = 16, ["height"] = 16, ["batch_size"] = 1, ["color"] = colour }),
            ["2"] = Node(saver, save),
        };
    }

    public static JsonObject Node(string className, JsonObject inputs) => new() { ["class_type"] = className, ["inputs"] = inputs };

    public static JsonArray Link(string node, int slot) => [node, slot];

    /// <summary>The workflow with one input changed.</summary>
    public static JsonObject With(this JsonObject prompt, string node, string input, JsonNode? value)
    {
        var copy = prompt.DeepClone().AsObject();
        copy[node]!["inputs"]![input] = value;
        return copy;
    }

    public static JsonObject Without(this JsonObject prompt, string node, string input)
    {
        var copy = prompt.DeepClone().AsObject();
        copy[node]!["inputs"]!.AsObject().Remove(input);
        return copy;
    }
}
