using System.Text.Json;
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
        var text = value is JsonValue given && given.GetValueKind() == JsonValueKind.String ? given.GetValue<string>() : PythonText.Str(value);
        return text.Length > MaxLength
            ? TooBig(text.Length, $"of {text.Length} characters", $"{MaxLength} characters")
            : new Literal(text, null);
    }
}

/// <summary>One of a list of names, which may change while the server runs.</summary>
internal sealed record ChoiceInput(string Name, Func<IReadOnlyList<string>> Choices) : InputSpec(Name, "COMBO")
{
    /// <summary>Longer lists are not repeated in error messages.</summary>
    private const int LongList = 20;

    /// <summary>True for the newer node classes, which write <c>["COMBO", {"options": […]}]</c> instead of <c>[[…], {}]</c>.</summary>
    public bool NewStyle { get; init; }

    public string? Default { get; init; }

    /// <summary>The user interface offers to upload a file.</summary>
    public bool ImageUpload { get; init; }

    public override JsonArray Describe()
    {
        var names = new JsonArray([.. Choices().Select(name => (JsonNode)name)]);
        var options = new JsonObject();
        if (Default is not null) options["default"] = Default;
        if (ImageUpload) options["image_upload"] = true;
        if (!NewStyle) return [names, options];
        options["multiselect"] = false;
        options["options"] = names;
        return ["COMBO", options];
    }

    public override Literal Read(JsonNode? value)
    {
        var choices = Choices();
        if (value is JsonValue given && given.GetValueKind() == JsonValueKind.String && choices.Contains(given.GetValue<string>()))
            return new Literal(given.GetValue<string>(), null);

        var isLong = choices.Count > LongList;
        var list = isLong ? $"(list of length {choices.Count})" : PythonText.List(choices);
        return new NodeError("value_not_in_list", "Value not in list", $"{Name}: {PythonText.Repr(value)} not in {list}", new JsonObject
        {
            ["input_name"] = Name,
            ["input_config"] = isLong ? null : Describe(),
            ["received_value"] = value?.DeepClone(),
        });
    }
}

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

/// <summary>What only another node can give: a model, a latent, an image.</summary>
internal sealed record LinkInput(string Name, string Type) : InputSpec(Name, Type)
{
    public override JsonArray Describe() => [Type, new JsonObject()];

    public override Literal Read(JsonNode? value) => WrongType(value, $"expected a link [node id, output index] to an output of type {Type}");
}
