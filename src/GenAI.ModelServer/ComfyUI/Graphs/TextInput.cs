using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>Text. As in ComfyUI any value is accepted and written out.</summary>
internal sealed record TextInput(string Name, int MaxLength) : InputSpec(Name, "STRING")
{
    public bool Multiline { get; init; }

    public bool DynamicPrompts { get; init; }

    public string? Default { get; init; }

    public override JsonArray Describe()
    {
        var options = new JsonObject();
        if (Default is not null) options["default"] = Default;
        if (Multiline) options["multiline"] = true;
        if (DynamicPrompts) options["dynamicPrompts"] = true;
        return ["STRING", options];
    }

    public override Literal Read(JsonNode? value)
    {
        var text = value.AsText() ?? (value is JsonObject ? value.ToJsonString() : PythonText.Str(value));
        return text.Length > MaxLength
            ? TooBig(text.Length, $"of {text.Length} characters", $"{MaxLength} characters")
            : new Literal(text, null);
    }
}
