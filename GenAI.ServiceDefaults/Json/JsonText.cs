using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ServiceDefaults.Json;

/// <summary>
/// Reads the JSON of clients. What JSON can spell and nothing can use, a name twice in one object or half a surrogate pair
/// (<c>"\ud800"</c>), is refused here with what else is no JSON, and not where it is used.
/// </summary>
public static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The whole body as one value, of any kind.</summary>
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

    /// <summary>The same of a text that is here already.</summary>
    /// <exception cref="JsonException">It is no JSON that can be used.</exception>
    public static JsonElement Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
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

    private static JsonElement Readable(JsonDocument document)
    {
        var root = document.RootElement.Clone();
        Visit(root);
        return root;
    }

    // The parser itself meets such a text when it compares names.
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
