using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>One of a list of names, which may change while the server runs.</summary>
internal sealed record ChoiceInput(string Name, Func<IReadOnlyList<string>> Choices) : InputSpec(Name, "COMBO")
{
    /// <summary>Longer lists are not repeated in error messages.</summary>
    private const int LongList = 20;

    /// <summary>True for the newer node classes, which write <c>["COMBO", {"options": […]}]</c> instead of <c>[[…], {}]</c>.</summary>
    public bool NewStyle { get; init; }

    public override JsonArray Describe()
    {
        var names = new JsonArray([.. Choices().Select(name => (JsonNode)name)]);
        var options = new JsonObject();
        if (!NewStyle) return [names, options];
        options["multiselect"] = false;
        options["options"] = names;
        return ["COMBO", options];
    }

    public override Literal Read(JsonNode? value)
    {
        var choices = Choices();
        if (value.AsText() is { } name && choices.Contains(name)) return new Literal(name, null);

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
