using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>The name of an uploaded image. The list is for the user interface; what counts is that the file exists.</summary>
internal sealed record ImageFileInput(string Name, Func<IReadOnlyList<string>> Files, Func<string, bool> Exists) : InputSpec(Name, "COMBO")
{
    public override JsonArray Describe() =>
        [new JsonArray([.. Files().Select(name => (JsonNode)name)]), new JsonObject { ["image_upload"] = true }];

    public override Literal Read(JsonNode? value)
    {
        var name = PythonText.Str(value);
        return value is JsonValue && Exists(name)
            ? new Literal(name, null)
            : new NodeError("custom_validation_failed", "Custom validation failed for node", $"{Name} - Invalid image file: {name}",
                new JsonObject { ["input_name"] = Name, ["received_value"] = value?.DeepClone() });
    }
}
