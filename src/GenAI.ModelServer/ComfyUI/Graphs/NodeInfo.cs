using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>A node class as <c>GET /object_info</c> describes it.</summary>
internal static class NodeInfo
{
    public static JsonObject Describe(NodeSchema schema) => new()
    {
        ["input"] = Inputs(schema),
        ["input_order"] = InputOrder(schema),
        ["is_input_list"] = false,
        ["output"] = List(schema.Outputs.Select(output => (JsonNode)output.Type)),
        ["output_is_list"] = List(schema.Outputs.Select(_ => (JsonNode)false)),
        ["output_name"] = List(schema.Outputs.Select(output => (JsonNode)output.DisplayName)),
        ["name"] = schema.Name,
        ["display_name"] = schema.DisplayName,
        ["description"] = schema.Description,
        ["python_module"] = schema.Module,
        ["category"] = schema.Category,
        ["output_node"] = schema.IsOutput,
        ["has_intermediate_output"] = false,
        ["search_aliases"] = new JsonArray(),
    };

    private static JsonObject Inputs(NodeSchema schema)
    {
        var groups = new JsonObject { ["required"] = Group(schema, optional: false) };
        if (schema.Inputs.Any(input => input.Optional)) groups["optional"] = Group(schema, optional: true);
        if (schema.Hidden.Length == 0) return groups;

        groups["hidden"] = new JsonObject(schema.Hidden.Select(hidden => KeyValuePair.Create(hidden.Name, (JsonNode?)hidden.Kind)));
        return groups;
    }

    private static JsonObject Group(NodeSchema schema, bool optional) =>
        new(schema.Inputs.Where(input => input.Optional == optional)
            .Select(input => KeyValuePair.Create(input.Name, (JsonNode?)input.Describe())));

    private static JsonObject InputOrder(NodeSchema schema)
    {
        var order = new JsonObject { ["required"] = List(schema.Inputs.Where(input => !input.Optional).Select(input => (JsonNode)input.Name)) };
        if (schema.Inputs.Any(input => input.Optional))
            order["optional"] = List(schema.Inputs.Where(input => input.Optional).Select(input => (JsonNode)input.Name));
        if (schema.Hidden.Length > 0) order["hidden"] = List(schema.Hidden.Select(hidden => (JsonNode)hidden.Name));
        return order;
    }

    private static JsonArray List(IEnumerable<JsonNode> items) => new([.. items]);
}
