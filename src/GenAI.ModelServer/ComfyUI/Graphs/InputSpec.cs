using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>One input of a node class: what it accepts, and how <c>/object_info</c> describes it.</summary>
internal abstract record InputSpec(string Name, string Type)
{
    public bool Optional { get; init; }

    /// <summary>The input as <c>/object_info</c> and error messages show it: <c>[type, options]</c>.</summary>
    public abstract JsonArray Describe();

    /// <summary>Converts a value given in the prompt itself, as opposed to a link; or says what is wrong with it.</summary>
    public abstract Literal Read(JsonNode? value);

    protected NodeError Error(string type, string message, string details, JsonNode? received, string? exception = null)
    {
        var extra = new JsonObject
        {
            ["input_name"] = Name,
            ["input_config"] = Describe(),
            ["received_value"] = received?.DeepClone(),
        };
        if (exception is not null) extra["exception_message"] = exception;
        return new NodeError(type, message, details, extra);
    }

    protected NodeError WrongType(JsonNode? received, string problem) => Error(
        "invalid_input_type", $"Failed to convert an input value to a {Type} value",
        $"{Name}, {PythonText.Str(received)}, {problem}", received, problem);

    protected NodeError TooSmall(JsonNode? received, string value, string min) =>
        Error("value_smaller_than_min", $"Value {value} smaller than min of {min}", Name, received);

    protected NodeError TooBig(JsonNode? received, string value, string max) =>
        Error("value_bigger_than_max", $"Value {value} bigger than max of {max}", Name, received);
}

/// <summary>A converted value (Int128, double, string), or the error.</summary>
internal readonly record struct Literal(object? Value, NodeError? Error)
{
    public static implicit operator Literal(NodeError error) => new(null, error);
}
