using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>Members of clients' JSON as what they should be.</summary>
internal static class JsonValues
{
    /// <summary>The text; null for any other kind of value.</summary>
    public static string? AsText(this JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The items of a list of texts; null for any other value.</summary>
    public static IReadOnlyList<string>? AsTexts(this JsonNode? value) =>
        value is JsonArray list && list.All(item => item.AsText() is not null) ? [.. list.Select(item => item.AsText()!)] : null;

    public static bool IsTrue(this JsonNode? value) => value?.GetValueKind() == JsonValueKind.True;
}
