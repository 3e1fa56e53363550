using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>A real number.</summary>
internal sealed record FloatInput(string Name, double Default, double Min, double Max, double Step) : InputSpec(Name, "FLOAT")
{
    /// <summary>To how many digits the user interface rounds.</summary>
    public double? Round { get; init; }

    public override JsonArray Describe()
    {
        var options = new JsonObject { ["default"] = Default, ["min"] = Min, ["max"] = Max, ["step"] = Step };
        if (Round is { } round) options["round"] = round;
        return ["FLOAT", options];
    }

    public override Literal Read(JsonNode? value)
    {
        if (!TryConvert(value, out var number) || double.IsNaN(number))
            return WrongType(value, $"expected a number from {PythonText.Number(Min)} to {PythonText.Number(Max)}");
        if (number < Min) return TooSmall(value, PythonText.Number(number), PythonText.Number(Min));
        if (number > Max) return TooBig(value, PythonText.Number(number), PythonText.Number(Max));
        return new Literal(number, null);
    }

    private static bool TryConvert(JsonNode? value, out double number)
    {
        number = 0;
        switch (value?.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                number = value.GetValue<bool>() ? 1 : 0;
                return true;
            case JsonValueKind.String or JsonValueKind.Number:
                var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            default:
                return false;
        }
    }
}
