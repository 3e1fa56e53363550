using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace GenAI.ServiceDefaults.Json;

/// <summary>
/// Reads the JSON of clients. What JSON can spell and nothing can use, a name twice in one object or half a surrogate pair
/// (<c>"\ud800"</c>), is refused here with what else is no JSON, and not where it is used.
/// </summary>
public static class JsonText
{
    /// <summary>The characters of an escape, as in <c>\ud83d</c>.</summary>
    private const int EscapeLength = 6;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The whole body as one value, of any kind.</summary>
    /// <exception cref="JsonException">It is no JSON that can be used.</exception>
    public static Task<JsonElement> ReadAsync(Stream body, CancellationToken cancellationToken) => ReadAsync(body, Strict, cancellationToken);

    /// <summary>The same by other rules than that a name stands once in an object.</summary>
    /// <exception cref="JsonException">It is no JSON that can be used; without a line where it is JSON, but no Unicode.</exception>
    public static async Task<JsonElement> ReadAsync(Stream body, JsonDocumentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, options, cancellationToken);
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

    private static JsonElement Readable(JsonDocument document) =>
        IsUnicode(JsonMarshal.GetRawUtf8Value(document.RootElement)) ? document.RootElement.Clone() : throw NotUnicode(null);

    // The parser itself meets such a text when it compares names.
    private static JsonException NotUnicode(InvalidOperationException? exception) =>
        new("a text is not valid Unicode (half a surrogate pair)", exception);

    /// <summary>Valid JSON need not be: its parser looks neither at the bytes nor at the escapes within texts.</summary>
    private static bool IsUnicode(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return false;
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            json = json[at..];
            if (json[1] != 'u')
            {
                json = json[2..];
                continue;
            }

            var first = CodeOf(json);
            json = json[EscapeLength..];
            if (!char.IsSurrogate(first)) continue;
            if (!json.StartsWith("\\u"u8) || !char.IsSurrogatePair(first, CodeOf(json))) return false;
            json = json[EscapeLength..];
        }

        return true;
    }

    private static char CodeOf(ReadOnlySpan<byte> escape) => (char)ushort.Parse(escape[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
