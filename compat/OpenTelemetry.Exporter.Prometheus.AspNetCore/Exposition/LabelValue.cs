using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Attribute values as text: numbers as Prometheus spells them, arrays as JSON, nothing as an empty value.</summary>
internal static class LabelValue
{
    private static readonly JsonSerializerOptions _json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static void Write(ExpositionBuffer buffer, object? value, SearchValues<char> escaped)
    {
        switch (value)
        {
            case string text:
                buffer.WriteEscaped(text, escaped);
                break;
            case int number:
                buffer.WriteNumber(number);
                break;
            case long number:
                buffer.WriteNumber(number);
                break;
            default:
                buffer.WriteEscaped(ToText(value), escaped);
                break;
        }
    }

    public static string ToText(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => CanonicalNumber.Format(number),
        float number => CanonicalNumber.Format(number),
        Array items => JsonSerializer.Serialize(items.Cast<object?>().Select(JsonItem), _json),
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Attributes are arrays of text, flags or numbers; whatever else somebody passed is its text.</summary>
    private static object? JsonItem(object? item)
        => Convert.GetTypeCode(item) is TypeCode.Empty or (>= TypeCode.Boolean and <= TypeCode.Decimal) ? item : ToText(item);
}
