using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>How ComfyUI, a Python program, writes values into its messages.</summary>
internal static class PythonText
{
    private const int MaxLength = 200;

    /// <summary>As <c>str(value)</c>, cut to a readable length.</summary>
    public static string Str(JsonNode? value) => Cut(value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "None",
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        _ => value.ToJsonString(Answers.Relaxed),
    });

    /// <summary>As <c>repr(value)</c>: text in quotes.</summary>
    public static string Repr(JsonNode? value) => value.AsText() is { } text ? Repr(text) : Str(value);

    public static string Repr(string text) => $"'{Cut(text)}'";

    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Repr))}]";

    public static string Number(double value) =>
        double.IsInteger(value) && Math.Abs(value) < 1e16
            ? value.ToString("F1", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>At most so much of a client's text as a message can bear.</summary>
    public static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
}
