using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.Images;

/// <summary>
/// A workflow in ComfyUI's API format in which an input whose value is the text <c>$name</c> is a slot:
/// <c>"seed": "$seed"</c> becomes <c>"seed": 42</c>. Slots are filled by value, never by text, so a prompt cannot change the graph.
/// </summary>
internal sealed class WorkflowTemplate
{
    private static readonly string[] Text = ["$checkpoint", "$prompt", "$width", "$height", "$steps", "$guidance", "$seed"];
    private static readonly string[] OptionalOfText = ["$negative", "$sampler", "$scheduler"];

    private readonly JsonObject _graph;

    private WorkflowTemplate(JsonObject graph) => _graph = graph;

    /// <exception cref="FormatException">It is no workflow, lacks a slot or has an unknown one; the message says which.</exception>
    public static WorkflowTemplate Parse(string json, WorkflowKind kind)
    {
        JsonObject graph;
        try
        {
            graph = JsonNode.Parse(json)?.AsObject() ?? throw new FormatException("It is JSON null; expected an object of nodes.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"It is not a JSON object of nodes: {exception.Message}", exception);
        }

        foreach (var (id, node) in graph)
        {
            if (node is not JsonObject body || body["class_type"] is not JsonValue || body["inputs"] is not JsonObject)
                throw new FormatException($"Node '{id}' is not {{\"class_type\": …, \"inputs\": {{…}}}}.");
        }

        CheckSlots(graph, kind);
        return new WorkflowTemplate(graph);
    }

    /// <param name="work">The image to be made.</param>
    /// <param name="picture">Under which name the instance will have <see cref="ImageWork.Picture"/>; null where there is none.</param>
    /// <param name="mask">The same of its mask.</param>
    public JsonObject Fill(ImageWork work, string? picture = null, string? mask = null)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["$checkpoint"] = work.Checkpoint,
            ["$prompt"] = work.Prompt,
            ["$negative"] = work.NegativePrompt,
            ["$width"] = work.Size.Width,
            ["$height"] = work.Size.Height,
            ["$steps"] = work.Steps,
            ["$guidance"] = work.Guidance,
            ["$seed"] = work.Seed,
            ["$sampler"] = work.Sampler,
            ["$scheduler"] = work.Scheduler,
            ["$strength"] = work.Strength,
            ["$image"] = picture,
            ["$mask"] = mask,
            ["$mask_channel"] = work.MaskChannel,
            ["$crop"] = work.Crop ? "center" : "disabled",
        };
        var graph = _graph.DeepClone().AsObject();
        foreach (var (inputs, name, slot) in Inputs(graph).ToArray()) inputs[name] = values[slot]?.DeepClone();
        return graph;
    }

    private static void CheckSlots(JsonObject graph, WorkflowKind kind)
    {
        string[] needed = kind switch
        {
            WorkflowKind.ImageToImage => [.. Text, "$image", "$strength"],
            WorkflowKind.Inpainting => [.. Text, "$image", "$strength", "$mask"],
            _ => Text,
        };
        string[] optional = kind switch
        {
            WorkflowKind.ImageToImage => [.. OptionalOfText, "$crop"],
            WorkflowKind.Inpainting => [.. OptionalOfText, "$mask_channel"],
            _ => OptionalOfText,
        };
        var known = needed.Concat(optional).ToFrozenSet(StringComparer.Ordinal);
        var used = Inputs(graph).Select(input => input.Slot).ToHashSet(StringComparer.Ordinal);
        if (used.FirstOrDefault(slot => !known.Contains(slot)) is { } unknown)
            throw new FormatException($"There is no slot '{unknown}'; the slots are {Names(known)}.");
        if (needed.Where(slot => !used.Contains(slot)).ToArray() is { Length: > 0 } missing)
            throw new FormatException($"The slots {Names(missing)} are not used.");
    }

    private static IEnumerable<(JsonObject Inputs, string Name, string Slot)> Inputs(JsonObject graph) =>
        from node in graph
        let inputs = node.Value!["inputs"]!.AsObject()
        from input in inputs
        let text = input.Value is JsonValue value && value.TryGetValue<string>(out var content) ? content : null
        where text is ['$', ..]
        select (inputs, input.Key, text);

    private static string Names(IEnumerable<string> slots) => string.Join(", ", slots.Order(StringComparer.Ordinal));
}
