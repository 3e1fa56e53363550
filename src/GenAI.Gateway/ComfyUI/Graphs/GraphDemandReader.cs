using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>
/// Reads from a graph in API format what it asks of an instance. Pure; a graph that it does not understand gets defaults. It goes by the
/// names of inputs (<c>ckpt_name</c>, <c>steps</c>, <c>width</c>…), which custom nodes share with ComfyUI's own, and follows links.
/// </summary>
internal static class GraphDemandReader
{
    private const int MaxSteps = 10_000;
    private const int MaxImages = 4096;
    private const long MaxPixels = 1L << 32;

    private static readonly JobDemand Defaults = new() { Checkpoint = "" };
    private static readonly string[] CheckpointInputs = ["ckpt_name", "unet_name", "gguf_name", "model_name"];
    private static readonly string[] WeightFiles = [".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".gguf", ".onnx"];

    /// <param name="graph">The workflow.</param>
    /// <param name="checkpoint">The model's own checkpoint, for a graph that names none.</param>
    public static JobDemand Read(JsonObject graph, string checkpoint)
    {
        var walk = new GraphWalk(graph);
        var samplers = graph.Where(node => IsSampler(GraphWalk.Inputs(node.Value))).Select(node => Sample(walk, node.Key)).ToArray();
        var main = samplers.MaxBy(sampler => sampler.PixelSteps);
        var files = ModelFiles(graph);
        var demand = new JobDemand
        {
            Checkpoint = main?.Checkpoint ?? AnyCheckpoint(walk, graph) ?? checkpoint,
            Loras = main?.Loras ?? [],
            NodeClasses = [.. graph.Select(node => (node.Value as JsonObject)?["class_type"].AsText()).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ModelFiles = files,
        };
        if (main is null) return demand;

        // Further samplers (a second pass, a detailer) count as further steps of the largest one.
        var steps = Math.Ceiling(samplers.Sum(sampler => sampler.PixelSteps) / ((double)main.Pixels * main.Images));
        return demand with { Steps = (int)Math.Clamp(steps, 1, MaxSteps), Pixels = main.Pixels, Images = main.Images };
    }

    /// <summary>
    /// What the graph picks from its nodes' lists: samplers, weights, an instance's own pictures. A list is all instances' together, and one
    /// instance may lack what another has.
    /// </summary>
    /// <param name="graph">The workflow.</param>
    /// <param name="isBrought">Whether the file of that name is brought to whichever instance runs the workflow.</param>
    public static IEnumerable<string> Choices(PromptGraph graph, Func<string, bool> isBrought) =>
        from node in graph.Nodes
        from spec in node.Class?.Inputs ?? []
        let chosen = node.Inputs[spec.Name].AsText()
        where chosen is not null && spec.Choices?.Contains(chosen) == true && !(spec.IsUpload && isBrought(chosen))
        select chosen;

    private static bool IsSampler(JsonObject? inputs) =>
        inputs is not null && (inputs.ContainsKey("latent_image") || inputs.ContainsKey("latent") || inputs.ContainsKey("samples"))
        && (inputs["model"] is JsonArray || inputs["guider"] is JsonArray);

    private static Sampler Sample(GraphWalk walk, string id)
    {
        var loras = ImmutableArray.CreateBuilder<string>();
        string? checkpoint = null;
        foreach (var inputs in walk.Up(id, ["model", "guider", "unet"]))
        {
            if (walk.Text(inputs, "lora_name") is { } lora && walk.Number(inputs, "strength_model") != 0) loras.Add(lora);
            checkpoint ??= CheckpointOf(walk, inputs);
        }

        var (pixels, images) = Size(walk, id);
        var steps = walk.Up(id, ["sigmas"]).Select(inputs => StepsOf(walk, inputs)).FirstOrDefault(steps => steps is not null);
        return new Sampler(checkpoint, [.. loras.Distinct(StringComparer.Ordinal)], Clamp(steps ?? Defaults.Steps, MaxSteps), pixels, images);
    }

    private static int? StepsOf(GraphWalk walk, JsonObject inputs)
    {
        if (walk.Number(inputs, "steps") is not { } steps) return null;
        var begin = walk.Number(inputs, "start_at_step") ?? 0;
        var end = Math.Min(walk.Number(inputs, "end_at_step") ?? steps, steps);
        return (int)Math.Clamp(end - begin, 1, MaxSteps);
    }

    private static (long Pixels, int Images) Size(GraphWalk walk, string id)
    {
        double scale = 1, repeat = 1;
        foreach (var inputs in walk.Up(id, ["latent_image", "latent", "samples", "pixels", "image", "images"]).Skip(1))
        {
            scale *= walk.Number(inputs, "scale_by") ?? 1;
            repeat *= walk.Number(inputs, "amount") ?? 1;
            if (walk.Number(inputs, "width") is not { } width || walk.Number(inputs, "height") is not { } height) continue;
            // A latent of a video has a frame for each four of the picture's.
            var frames = walk.Number(inputs, "length") is { } length ? Math.Floor((length - 1) / 4) + 1 : 1;
            var images = (walk.Number(inputs, "batch_size") ?? 1) * repeat * frames;
            return ((long)Math.Clamp(width * height * scale * scale, 1, MaxPixels), Clamp(images, MaxImages));
        }

        return ((long)Math.Clamp(Defaults.Pixels * scale * scale, 1, MaxPixels), Clamp(repeat, MaxImages));
    }

    private static string? AnyCheckpoint(GraphWalk walk, JsonObject graph) =>
        graph.Select(node => GraphWalk.Inputs(node.Value)).OfType<JsonObject>()
            .Select(inputs => CheckpointOf(walk, inputs)).FirstOrDefault(name => name is not null);

    private static string? CheckpointOf(GraphWalk walk, JsonObject inputs) =>
        CheckpointInputs.Select(input => walk.Text(inputs, input)).FirstOrDefault(IsWeights);

    /// <summary>Names of weights in the graph; what a text mentions is none.</summary>
    private static ImmutableArray<string> ModelFiles(JsonObject graph) =>
    [
        .. graph.Select(node => GraphWalk.Inputs(node.Value)).OfType<JsonObject>()
            .SelectMany(inputs => inputs)
            .Where(input => !input.Key.Contains("text", StringComparison.OrdinalIgnoreCase)
                && !input.Key.Contains("prompt", StringComparison.OrdinalIgnoreCase)
                && !input.Key.Contains("prefix", StringComparison.OrdinalIgnoreCase))
            .Select(input => input.Value.AsText())
            .Where(IsWeights)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsWeights(string? text) =>
        text is { Length: > 0 and <= 300 } && !text.Contains('\n') && Array.Exists(WeightFiles, ending => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static int Clamp(double value, int max) => double.IsNaN(value) ? 1 : (int)Math.Clamp(value, 1, max);

    private sealed record Sampler(string? Checkpoint, ImmutableArray<string> Loras, int Steps, long Pixels, int Images)
    {
        public double PixelSteps => (double)Steps * Pixels * Images;
    }
}
