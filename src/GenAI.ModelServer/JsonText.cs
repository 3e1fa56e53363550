using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer;

/// <summary>JSON can spell texts that are not valid Unicode; they are refused where they come in and not where they are used.</summary>
internal static class JsonText
{
    /// <summary>A member that is named twice is refused too: nobody could say which of the two counts.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads an object that a client wrote; null when the text is other JSON.</summary>
    /// <exception cref="JsonException">It is not JSON, names a member twice, or holds a text that is not valid Unicode.</exception>
    public static JsonObject? ParseObject(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text, Strict);
        var root = document.RootElement.Clone();
        EnsureReadable(root);
        return root.ValueKind == JsonValueKind.Object ? JsonObject.Create(root) : null;
    }

    /// <exception cref="JsonException">A text holds half a surrogate pair, such as <c>"\ud800"</c>.</exception>
    public static void EnsureReadable(JsonElement json)
    {
        try
        {
            Visit(json);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text is not valid Unicode (half a surrogate pair)", exception);
        }
    }

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
