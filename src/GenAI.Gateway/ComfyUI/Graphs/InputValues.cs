using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>
/// Checks a value that stands in the prompt itself, as ComfyUI's <c>validate_inputs</c> does: convert it to the input's type, then look
/// at its bounds and its list. Pure.
/// </summary>
internal static class InputValues
{
    /// <summary>Longer lists are not repeated in error messages.</summary>
    private const int LongList = 20;

    /// <summary>A number that converts from any integer of interest, and beyond it saturates.</summary>
    private const double Saturation = 1e30;

    /// <summary>Null when nothing is known to be wrong with it.</summary>
    /// <param name="spec">The input.</param>
    /// <param name="value">The value, unwrapped.</param>
    /// <param name="checkBounds">Whether its class leaves bounds and lists to ComfyUI.</param>
    public static NodeError? Check(NodeInputSpec spec, JsonNode? value, bool checkBounds) => spec.Type switch
    {
        "INT" => CheckInt(spec, value, checkBounds),
        "FLOAT" => CheckFloat(spec, value, checkBounds),
        "COMBO" => checkBounds ? CheckChoice(spec, value) : null,
        _ => null,
    };

    private static NodeError? CheckInt(NodeInputSpec spec, JsonNode? value, bool checkBounds)
    {
        if (!TryReadInt(value, out var number)) return WrongType(spec, value, "a whole number");
        if (!checkBounds) return null;
        var text = number.ToString(CultureInfo.InvariantCulture);
        if (spec.NumberText("min") is { } min && Whole(min) is { } low && number < low) return TooSmall(spec, value, text, min);
        return spec.NumberText("max") is { } max && Whole(max) is { } high && number > high ? TooBig(spec, value, text, max) : null;
    }

    private static NodeError? CheckFloat(NodeInputSpec spec, JsonNode? value, bool checkBounds)
    {
        if (!TryReadFloat(value, out var number)) return WrongType(spec, value, "a number");
        if (!checkBounds) return null;
        if (spec.Number("min") is { } min && !(number >= min)) return TooSmall(spec, value, PythonText.Number(number), PythonText.Number(min));
        return spec.Number("max") is { } max && number > max ? TooBig(spec, value, PythonText.Number(number), PythonText.Number(max)) : null;
    }

    private static NodeError? CheckChoice(NodeInputSpec spec, JsonNode? value)
    {
        if (spec.Choices is not { Count: > 0 } choices || spec.IsUpload) return null;
        var values = spec.IsMultiple && value is JsonArray several ? several.ToArray() : [value];
        foreach (var single in values)
        {
            var text = single.AsText() ?? single?.ToJsonString();
            if (text is null || !choices.Contains(text)) return NotInList(spec, single, choices);
        }

        return null;
    }

    private static NodeError NotInList(NodeInputSpec spec, JsonNode? value, FrozenSet<string> choices)
    {
        var isLong = choices.Count > LongList;
        var list = isLong ? $"(list of length {choices.Count})" : PythonText.List(choices);
        return new NodeError("value_not_in_list", "Value not in list", $"{spec.Name}: {PythonText.Repr(value)} not in {list}", new JsonObject
        {
            ["input_name"] = spec.Name,
            ["input_config"] = isLong ? null : spec.Describe(),
            ["received_value"] = value?.DeepClone(),
        });
    }

    private static NodeError WrongType(NodeInputSpec spec, JsonNode? value, string expected)
    {
        var problem = $"expected {expected}";
        if (spec.NumberText("min") is { } min && spec.NumberText("max") is { } max) problem += $" from {min} to {max}";
        var error = Error(spec, "invalid_input_type", $"Failed to convert an input value to a {spec.Type} value",
            $"{spec.Name}, {PythonText.Str(value)}, {problem}", value);
        error.ExtraInfo["exception_message"] = problem;
        return error;
    }

    private static NodeError TooSmall(NodeInputSpec spec, JsonNode? received, string value, string min) =>
        Error(spec, "value_smaller_than_min", $"Value {value} smaller than min of {min}", spec.Name, received);

    private static NodeError TooBig(NodeInputSpec spec, JsonNode? received, string value, string max) =>
        Error(spec, "value_bigger_than_max", $"Value {value} bigger than max of {max}", spec.Name, received);

    private static NodeError Error(NodeInputSpec spec, string type, string message, string details, JsonNode? received) =>
        new(type, message, details, new JsonObject
        {
            ["input_name"] = spec.Name,
            ["input_config"] = spec.Describe(),
            ["received_value"] = received?.DeepClone(),
        });

    /// <summary>As <c>int(value)</c>: a fraction is cut off, and digits in a string are read.</summary>
    private static bool TryReadInt(JsonNode? value, out Int128 number)
    {
        number = 0;
        switch (value?.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                number = value.GetValue<bool>() ? 1 : 0;
                return true;
            case JsonValueKind.String:
                return Int128.TryParse(value.GetValue<string>().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
            case JsonValueKind.Number:
                if (Whole(value.ToJsonString()) is not { } whole) return false;
                number = whole;
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadFloat(JsonNode? value, out double number)
    {
        number = 0;
        switch (value?.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                number = value.GetValue<bool>() ? 1 : 0;
                return true;
            case JsonValueKind.String or JsonValueKind.Number:
                var text = value.AsText() ?? value.ToJsonString();
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            default:
                return false;
        }
    }

    private static Int128? Whole(string text)
    {
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        return double.TryParse(text, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? (Int128)Math.Truncate(Math.Clamp(real, -Saturation, Saturation))
            : null;
    }
}
