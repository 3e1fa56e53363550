using System.Text.Json;

namespace GenAI.ModelServer;

/// <summary>JSON can spell texts that are not valid Unicode; they are refused where they come in and not where they are used.</summary>
internal static class JsonText
{
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
