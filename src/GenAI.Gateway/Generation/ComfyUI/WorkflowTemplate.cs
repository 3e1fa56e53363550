using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.Generation.ComfyUI;

/// <summary>
/// A workflow in ComfyUI's API format in which an input whose value is the text <c>$name</c> is a slot:
/// <c>"seed": "$seed"</c> becomes <c>"seed": 42</c>. Slots are filled by value, never by text, so a prompt cannot change the graph.
/// </summary>
internal sealed class WorkflowTemplate
{
    private static readonly FrozenDictionary<string, Func<ImageJob, JsonNode>> Slots = new Dictionary<string, Func<ImageJob, JsonNode>>
    {
        ["$checkpoint"] = job => JsonValue.Create(job.Checkpoint),
        ["$prompt"] = job => JsonValue.Create(job.Prompt),
        ["$width"] = job => JsonValue.Create(job.Width),
        ["$height"] = job => JsonValue.Create(job.Height),
        ["$steps"] = job => JsonValue.Create(job.Steps),
        ["$guidance"] = job => JsonValue.Create(job.Guidance),
        ["$seed"] = job => JsonValue.Create(job.Seed),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly JsonObject _graph;

    private WorkflowTemplate(JsonObject graph) => _graph = graph;

    /// <exception cref="FormatException">It is no workflow, lacks a slot or has an unknown one; the message says which.</exception>
    public static WorkflowTemplate Parse(string json)
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

        var used = Inputs(graph).Select(input => input.Slot).ToHashSet(StringComparer.Ordinal);
        if (used.FirstOrDefault(slot => !Slots.ContainsKey(slot)) is { } unknown)
            throw new FormatException($"There is no slot '{unknown}'; the slots are {Names(Slots.Keys)}.");
        if (Slots.Keys.Where(slot => !used.Contains(slot)).ToArray() is { Length: > 0 } missing)
            throw new FormatException($"The slots {Names(missing)} are not used.");
        return new WorkflowTemplate(graph);
    }

    public JsonObject Fill(ImageJob job)
    {
        var graph = _graph.DeepClone().AsObject();
        foreach (var (inputs, name, slot) in Inputs(graph).ToArray()) inputs[name] = Slots[slot](job);
        return graph;
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
