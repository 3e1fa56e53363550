using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>How ComfyUI, a Python program, writes values into its messages.</summary>
internal static class PythonText
{
    private const int MaxLength = 200;

    /// <summary>As <c>str(value)</c>, cut to a readable length.</summary>
    public static string Str(JsonNode? value) => Cut(value switch
    {
        null => "None",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        JsonValue truth when truth.GetValueKind() is JsonValueKind.True or JsonValueKind.False => truth.GetValue<bool>() ? "True" : "False",
        _ => value.ToJsonString(),
    });

    /// <summary>As <c>repr(value)</c>: text in quotes.</summary>
    public static string Repr(JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? Repr(text.GetValue<string>()) : Str(value);

    public static string Repr(string text) => $"'{Cut(text)}'";

    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Repr))}]";

    public static string Number(double value) =>
        double.IsInteger(value) && Math.Abs(value) < 1e16
            ? value.ToString("F1", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>At most so much of a client's text as a message can bear.</summary>
    public static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
}
