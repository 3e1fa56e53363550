using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>
/// Several instances' <c>/object_info</c> as one: every class that one of them has, and in a class that several have, every choice that one of
/// them offers. Where descriptions differ otherwise, the first one's counts. Pure.
/// </summary>
internal static class NodeUnion
{
    private static readonly string[] Groups = ["required", "optional"];

    public static ReadOnlyMemory<byte> Of(IReadOnlyList<ReadOnlyMemory<byte>> descriptions)
    {
        if (descriptions.Count == 1) return descriptions[0];
        var union = new JsonObject();
        foreach (var description in descriptions)
        {
            using var document = JsonDocument.Parse(description);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (union[member.Name] is JsonObject known) Add(known, member.Value);
                else union[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(union, Answers.Relaxed);
    }

    private static void Add(JsonObject known, JsonElement other)
    {
        foreach (var group in Groups)
        {
            if ((known["input"] as JsonObject)?[group] is not JsonObject inputs || !TryGet(other, "input", out var input) || !TryGet(input, group, out var others)) continue;
            foreach (var (name, spec) in inputs)
            {
                if (spec is JsonArray { Count: > 0 } mine && TryGet(others, name, out var theirs) && theirs.ValueKind == JsonValueKind.Array && theirs.GetArrayLength() > 0)
                    AddChoices(mine, theirs);
            }
        }
    }

    private static void AddChoices(JsonArray mine, JsonElement theirs)
    {
        var list = mine[0] as JsonArray ?? (mine.Count > 1 && mine[0].AsText() == "COMBO" ? (mine[1] as JsonObject)?["options"] as JsonArray : null);
        var more = NodeInputSpec.ChoiceList(theirs[0], theirs.GetArrayLength() > 1 ? theirs[1] : default);
        if (list is null || more.ValueKind != JsonValueKind.Array) return;
        var known = list.Select(item => item?.ToJsonString()).ToHashSet(StringComparer.Ordinal);
        foreach (var item in more.EnumerateArray())
        {
            var node = JsonNode.Parse(item.GetRawText());
            if (known.Add(node?.ToJsonString())) list.Add(node);
        }
    }

    private static bool TryGet(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value);
    }
}
