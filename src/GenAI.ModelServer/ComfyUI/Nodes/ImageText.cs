using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>What ComfyUI writes into its PNG files: the prompt, and what the client gave as <c>extra_pnginfo</c>, above all the workflow.</summary>
internal static class ImageText
{
    private const int MaxKeyLength = 79;

    public static ImmutableArray<(string Name, string Kind)> HiddenInputs { get; } =
        [("prompt", "PROMPT"), ("extra_pnginfo", "EXTRA_PNGINFO")];

    public static IReadOnlyList<KeyValuePair<string, string>> Of(PromptJob job)
    {
        var text = new List<KeyValuePair<string, string>> { new("prompt", Escaped(job.Prompt)) };
        if (job.ExtraData.TryGetProperty("extra_pnginfo", out var extra) && extra.ValueKind == JsonValueKind.Object)
            text.AddRange(extra.EnumerateObject().Where(item => IsKeyword(item.Name)).Select(item => KeyValuePair.Create(item.Name, Escaped(item.Value))));
        return text;
    }

    /// <summary>Everything beyond ASCII as \u escapes, as Python writes it.</summary>
    private static string Escaped(JsonElement json) => JsonSerializer.Serialize(JsonNode.Parse(json.GetRawText()));

    private static bool IsKeyword(string name) => name.Length is > 0 and <= MaxKeyLength && name.All(char.IsAscii);
}
