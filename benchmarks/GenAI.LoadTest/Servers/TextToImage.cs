using System.Text.Json.Nodes;

namespace GenAI.LoadTest.Servers;

/// <summary>A workflow in ComfyUI's API format, as its clients send it.</summary>
internal static class TextToImage
{
    private const int Side = 512;

    public static JsonObject Graph(WorkOrder order, string checkpoint, int steps, int images, int seed)
    {
        return new JsonObject
        {
            ["3"] = Node("KSampler", new()
            {
                ["seed"] = seed, ["steps"] = steps, ["cfg"] = 7, ["sampler_name"] = "euler", ["scheduler"] = "normal", ["denoise"] = 1,
                ["model"] = From("4", 0), ["positive"] = From("6", 0), ["negative"] = From("7", 0), ["latent_image"] = From("5", 0),
            }),
            ["4"] = Node("CheckpointLoaderSimple", new() { ["ckpt_name"] = checkpoint }),
            ["5"] = Node("EmptyLatentImage", new() { ["width"] = Side, ["height"] = Side, ["batch_size"] = images }),
            ["6"] = Node("CLIPTextEncode", new() { ["text"] = order.Prompt, ["clip"] = From("4", 1) }),
            ["7"] = Node("CLIPTextEncode", new() { ["text"] = "", ["clip"] = From("4", 1) }),
            ["8"] = Node("VAEDecode", new() { ["samples"] = From("3", 0), ["vae"] = From("4", 2) }),
            ["9"] = Node("SaveImage", new() { ["filename_prefix"] = "load-test", ["images"] = From("8", 0) }),
        };

        static JsonObject Node(string type, JsonObject inputs) => new() { ["class_type"] = type, ["inputs"] = inputs };

        static JsonArray From(string node, int output) => [node, output];
    }
}
