using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.Errors;

internal static class RequestBodies
{
    /// <summary>The characters of an escape, as in <c>\ud83d</c>.</summary>
    private const int EscapeLength = 6;

    /// <summary>Lowers the limit of the request's body, never raises it: beyond it reading throws, which becomes 413.</summary>
    public static void LimitBody(this HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Math.Min(limit.MaxRequestBodySize ?? long.MaxValue, bytes);
    }

    /// <summary>
    /// Reads a body that is JSON of which every name and text is Unicode, so that whoever asks for one gets it. Exactly one of the two is null.
    /// </summary>
    public static async Task<(JsonDocument? Body, ApiError? Error)> ReadJsonAsync(this HttpContext context, long maxBytes, int maxDepth)
    {
        context.LimitBody(maxBytes);
        try
        {
            var document = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = maxDepth }, context.RequestAborted);
            if (IsUnicode(JsonMarshal.GetRawUtf8Value(document.RootElement))) return (document, null);
            document.Dispose();
            return (null, Invalid("is not Unicode text: it has bytes that are not UTF-8, or an escape that is half of a surrogate pair"));
        }
        catch (JsonException exception)
        {
            return (null, Invalid($"is not valid JSON of up to {maxDepth} levels (line {exception.LineNumber + 1}, position {exception.BytePositionInLine + 1})"));
        }

        static ApiError Invalid(string problem) => new(StatusCodes.Status400BadRequest, "invalid_json", $"The body of the request {problem}.");
    }

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
