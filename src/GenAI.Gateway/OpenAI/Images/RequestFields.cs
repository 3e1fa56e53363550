using System.Globalization;
using System.Text.Json;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>
/// Reads the members of a JSON object one by one and keeps the first error, in OpenAI's words where it has some.
/// JSON null is the same as a member that is not there.
/// </summary>
internal sealed class RequestFields
{
    private const int LongestQuote = 100;

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    public RequestFields(JsonElement root)
    {
        foreach (var member in root.EnumerateObject()) _members[member.Name] = member.Value;
    }

    public ApiError? Error { get; private set; }

    public string? Text(string name, int maxLength)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String)
            return Fail<string>(name, "invalid_type", $"Invalid type for '{name}': expected a string, but got {Quote(value)} instead.");
        var text = value.GetString()!;
        return text.Length <= maxLength
            ? text
            : Fail<string>(name, "string_above_max_length", $"Invalid '{name}': it has {text.Length} characters; expected at most {maxLength}.");
    }

    public long? Whole(string name, long min, long max)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max) return number;
        var code = value.ValueKind == JsonValueKind.Number ? "integer_out_of_range" : "invalid_type";
        Fail<string>(name, code, $"Invalid '{name}': expected a whole number from {min} to {max}, but got {Quote(value)} instead.");
        return null;
    }

    public double? Real(string name, double min, double max)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return number;
        Fail<string>(name, value.ValueKind == JsonValueKind.Number ? "number_out_of_range" : "invalid_type",
            string.Create(CultureInfo.InvariantCulture, $"Invalid '{name}': expected a number from {min} to {max}, but got {Quote(value)} instead."));
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fail<string>(name, "invalid_type", $"Invalid type for '{name}': expected a boolean, but got {Quote(value)} instead.");
        return null;
    }

    /// <summary>One of a few words; null when it is not there.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Text(name, LongestQuote) is not { } text) return null;
        return choices.Contains(text)
            ? text
            : Fail<string>(name, "invalid_value", $"Invalid value: '{text}'. Supported values for '{name}' are: {Words(choices)}.");
    }

    /// <summary>Refuses members that nothing has asked about: a misspelt one must not be ignored.</summary>
    public void RejectOthers(params ReadOnlySpan<string> known)
    {
        foreach (var name in _members.Keys)
        {
            if (!known.Contains(name)) Fail<string>(Shorten(name), "unknown_parameter", $"Unknown parameter: '{Shorten(name)}'.");
        }
    }

    /// <summary>Records an error unless there is one already.</summary>
    public T? Fail<T>(string param, string code, string message) where T : class
    {
        Error ??= new ApiError(StatusCodes.Status400BadRequest, code, message) { Param = param };
        return null;
    }

    private JsonElement? Find(string name) =>
        _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Quote(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Shorten(value.GetRawText()),
    };

    private static string Shorten(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";

    private static string Words(ReadOnlySpan<string> choices) => $"'{string.Join("', '", choices!)}'";
}
