using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>Goes along the links of a graph in API format.</summary>
internal sealed class GraphWalk(JsonObject graph)
{
    /// <summary>The names under which nodes that only hold a value have it.</summary>
    private static readonly string[] ValueInputs = ["value", "Value", "int", "float", "number", "string", "text"];

    public static JsonObject? Inputs(JsonNode? node) => (node as JsonObject)?["inputs"] as JsonObject;

    /// <summary>The inputs of a node, and of those that are reached from it through inputs of these names, the nearest first, each once.</summary>
    public IEnumerable<JsonObject> Up(string id, IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        var next = new Queue<string>([id]);
        while (next.TryDequeue(out var current))
        {
            if (Inputs(graph[current]) is not { } inputs) continue;
            yield return inputs;
            foreach (var parent in names.Select(name => Target(inputs[name])).OfType<string>())
            {
                if (seen.Add(parent)) next.Enqueue(parent);
            }
        }
    }

    /// <summary>A number that an input holds, or the node that it is linked to.</summary>
    public double? Number(JsonObject inputs, string name) => Value(inputs, name) switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>(),
        JsonValue value when double.TryParse(value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public string? Text(JsonObject inputs, string name) => Value(inputs, name).AsText();

    private JsonNode? Value(JsonObject inputs, string name)
    {
        var value = inputs[name];
        if (value is not JsonArray) return value;
        return Target(value) is { } id && Inputs(graph[id]) is { } parent
            ? ValueInputs.Select(input => parent[input]).FirstOrDefault(held => held is JsonValue)
            : null;
    }

    private static string? Target(JsonNode? link) => link is JsonArray { Count: 2 } pair ? pair[0].AsText() : null;
}
