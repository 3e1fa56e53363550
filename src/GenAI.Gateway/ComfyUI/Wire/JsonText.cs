using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>
/// Reads clients' JSON. A name twice in one object and half a surrogate pair (<c>"\ud800"</c>), which JSON can spell and nothing can use,
/// are refused here, with what else is no JSON.
/// </summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is no JSON that can be used.</exception>
    public static async Task<JsonElement> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            return Readable(document);
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    /// <summary>Null when the text is no JSON object that can be used.</summary>
    public static JsonObject? TryParseObject(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Readable(document) is { ValueKind: JsonValueKind.Object } root ? JsonObject.Create(root) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text; null for any other kind of value.</summary>
    public static string? AsText(this JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The items of a list of texts; null for any other value.</summary>
    public static IReadOnlyList<string>? AsTexts(this JsonNode? value) =>
        value is JsonArray list && list.All(item => item.AsText() is not null) ? [.. list.Select(item => item.AsText()!)] : null;

    public static bool IsTrue(this JsonNode? value) => value?.GetValueKind() == JsonValueKind.True;

    private static JsonElement Readable(JsonDocument document)
    {
        Visit(document.RootElement);
        return document.RootElement.Clone();
    }

    private static JsonException NotUnicode(InvalidOperationException exception) =>
        new("a text is not valid Unicode (half a surrogate pair)", exception);

    private static void Visit(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray()) Visit(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    Visit(member.Value);
                }

                break;
        }
    }
}
