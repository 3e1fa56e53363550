using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>A whole number. As in ComfyUI a fraction is cut off, and digits in a string are read.</summary>
internal sealed record IntInput(string Name, long Default, Int128 Min, Int128 Max, long? Step = null) : InputSpec(Name, "INT")
{
    /// <summary>The user interface draws a new value after each run: a seed.</summary>
    public bool ControlAfterGenerate { get; init; }

    public override JsonArray Describe()
    {
        var options = new JsonObject
        {
            ["default"] = Default,
            ["min"] = (long)Min,
            ["max"] = JsonNode.Parse(Max.ToString(CultureInfo.InvariantCulture)),
        };
        if (Step is { } step) options["step"] = step;
        if (ControlAfterGenerate) options["control_after_generate"] = true;
        return ["INT", options];
    }

    public override Literal Read(JsonNode? value)
    {
        if (!TryConvert(value, out var number))
            return WrongType(value, $"expected a whole number from {Min} to {Max}");
        if (number < Min) return TooSmall(value, number.ToString(CultureInfo.InvariantCulture), Min.ToString(CultureInfo.InvariantCulture));
        if (number > Max) return TooBig(value, number.ToString(CultureInfo.InvariantCulture), Max.ToString(CultureInfo.InvariantCulture));
        return new Literal(number, null);
    }

    private static bool TryConvert(JsonNode? value, out Int128 number)
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
                var text = value.ToJsonString();
                if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)) return true;
                if (!double.TryParse(text, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real)) return false;
                // Saturates, so that 1e300 is beyond the maximum and not an overflow.
                number = (Int128)Math.Truncate(Math.Clamp(real, -1e30, 1e30));
                return true;
            default:
                return false;
        }
    }
}
