using System.Globalization;
using System.Text.Json;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Automatic1111;

/// <summary>
/// Reads the members of a body as the web UI does: null is absent, a number may be a text, members that it does not know are passed over. Keeps
/// the first error.
/// </summary>
internal sealed class BodyMembers(JsonElement root)
{
    private const int LongestQuote = 100;

    public ApiError? Error { get; private set; }

    public JsonElement? Find(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Text(string name, string absent, int maxLength)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind != JsonValueKind.String) return Fail(name, "string_type", $"'{name}' must be text, got {Quote(value)}", absent);
        var text = value.GetString()!;
        return text.Length <= maxLength
            ? text
            : Fail(name, "string_too_long", $"'{name}' must have at most {maxLength} characters, got {text.Length}", absent);
    }

    public long Whole(string name, long absent, long min, long max)
    {
        if (Find(name) is not { } value) return absent;
        var number = Number(value);
        if (number is { } whole && Math.Truncate(whole) == whole && whole >= min && whole <= max) return (long)whole;
        return Fail(name, "int_type", $"'{name}' must be a whole number from {min} to {max}, got {Quote(value)}", absent);
    }

    public double Real(string name, double absent, double min, double max)
    {
        if (Find(name) is not { } value) return absent;
        if (Number(value) is { } number && number >= (decimal)min && number <= (decimal)max) return (double)number;
        return Fail(name, "float_type", string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a number from {min} to {max}, got {Quote(value)}"), absent);
    }

    public bool Flag(string name, bool absent)
    {
        if (Find(name) is not { } value) return absent;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when Number(value) is { } number => number != 0,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
            _ => Fail(name, "bool_type", $"'{name}' must be a boolean, got {Quote(value)}", absent),
        };
    }

    /// <summary>A member that must be an array or an object where it is there at all.</summary>
    public JsonElement? Structure(string name, JsonValueKind kind)
    {
        if (Find(name) is not { } value || value.ValueKind == kind) return Find(name);
        return kind == JsonValueKind.Array
            ? Fail<JsonElement?>(name, "list_type", $"'{name}' must be an array, got {Quote(value)}", null)
            : Fail<JsonElement?>(name, "dict_type", $"'{name}' must be an object, got {Quote(value)}", null);
    }

    /// <summary>Refuses a member that asks for what there is not.</summary>
    public void Refuse(bool asked, string name, string reason)
    {
        if (asked) Fail(name, "not_supported", $"'{name}' asks for what this gateway does not do: {reason}", 0);
    }

    /// <summary>Records an error unless there is one already.</summary>
    public T Fail<T>(string name, string code, string message, T instead)
    {
        Error ??= new ApiError(StatusCodes.Status422UnprocessableEntity, code, $"{message}.") { Param = name };
        return instead;
    }

    public static string Quote(JsonElement value)
    {
        var text = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? value.ValueKind.ToString() : value.GetRawText();
        return text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
    }

    private static decimal? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDecimal(out var number) ? number : null,
        JsonValueKind.String => decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };
}
