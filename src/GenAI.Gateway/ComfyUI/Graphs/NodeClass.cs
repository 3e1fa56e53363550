using System.Collections.Immutable;
using System.Text.Json;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>A node class as <c>/object_info</c> describes it.</summary>
internal sealed class NodeClass
{
    public required string Name { get; init; }

    /// <summary>Required ones first, each in the order of the description.</summary>
    public required ImmutableArray<NodeInputSpec> Inputs { get; init; }

    /// <summary>The type of each output.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>It makes something that the client sees; a workflow needs at least one such node.</summary>
    public required bool IsOutput { get; init; }

    /// <summary>
    /// It comes with ComfyUI. Classes of custom nodes may check their values themselves and take what their description does not list,
    /// which only the instance knows.
    /// </summary>
    public required bool IsBuiltIn { get; init; }

    /// <summary>Inputs that name files which clients upload.</summary>
    public IEnumerable<NodeInputSpec> Uploads => Inputs.Where(input => input.IsUpload);

    public NodeInputSpec? Find(string input) => Inputs.FirstOrDefault(spec => spec.Name == input);

    public static NodeClass Read(string name, JsonElement json)
    {
        var input = Member(json, "input");
        var module = Member(json, "python_module");
        var isNamed = module.ValueKind == JsonValueKind.String;
        return new NodeClass
        {
            Name = name,
            Inputs = [.. ReadInputs(Member(input, "required"), isOptional: false), .. ReadInputs(Member(input, "optional"), isOptional: true)],
            Outputs = [.. Items(Member(json, "output")).Select(output => output.ValueKind == JsonValueKind.String ? output.GetString()! : "COMBO")],
            IsOutput = Member(json, "output_node").ValueKind == JsonValueKind.True,
            IsBuiltIn = isNamed && module.GetString() is { } text
                && (text == "nodes" || text.StartsWith("comfy_extras.", StringComparison.Ordinal)),
        };
    }

    private static IEnumerable<NodeInputSpec> ReadInputs(JsonElement group, bool isOptional)
    {
        if (group.ValueKind != JsonValueKind.Object) yield break;
        foreach (var input in group.EnumerateObject())
        {
            if (NodeInputSpec.Read(input.Name, input.Value, isOptional) is { } spec) yield return spec;
        }
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
