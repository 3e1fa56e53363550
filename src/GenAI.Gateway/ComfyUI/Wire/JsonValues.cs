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

    /// <summary>As Python's <c>bool(value)</c>, by which ComfyUI reads its flags.</summary>
    public static bool IsTruthy(this JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.GetValue<double>() != 0,
        JsonValueKind.String => value.GetValue<string>().Length > 0,
        JsonValueKind.Array => value.AsArray().Count > 0,
        JsonValueKind.Object => value.AsObject().Count > 0,
        _ => false,
    };

    public static bool IsTrue(this JsonNode? value) => value?.GetValueKind() == JsonValueKind.True;
}
