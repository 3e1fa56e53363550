using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>
/// Checks single nodes, each once, and the nodes that they link to. The error types and texts are those of ComfyUI's
/// <c>validate_inputs</c>; a node whose ancestors are bad is bad without errors of its own.
/// </summary>
internal sealed class NodeValidation(PromptGraph graph)
{
    /// <summary>Of a longer cycle only the beginning is shown: its description is repeated on each of its nodes.</summary>
    private const int CycleNodesShown = 20;

    private readonly Dictionary<string, NodeCheck> _checks = [];
    private readonly List<string> _visiting = [];

    /// <summary>Nodes with errors of their own, in the order in which they were met.</summary>
    public IEnumerable<KeyValuePair<string, NodeCheck>> Failed => _checks.Where(check => check.Value is { IsGood: false, Errors.Count: > 0 });

    public IReadOnlyDictionary<string, ExecutableNode> GoodNodes =>
        _checks.Where(check => check.Value.IsGood)
            .ToDictionary(check => check.Key, check => new ExecutableNode(graph.Find(check.Key)!, check.Value.Inputs));

    public NodeCheck CheckOutput(PromptNode node) => Check(node, via: null);

    /// <param name="node">The node.</param>
    /// <param name="via">The link through which it was reached; null for an output node.</param>
    private NodeCheck Check(PromptNode node, JsonObject? via)
    {
        if (_checks.TryGetValue(node.Id, out var known)) return known;
        if (_visiting.IndexOf(node.Id) is var start and >= 0) return Cycle([.. _visiting[start..], node.Id]);

        var check = new NodeCheck();
        _visiting.Add(node.Id);
        foreach (var spec in node.Class.Schema.Inputs) CheckInput(node, spec, check, via);
        _visiting.RemoveAt(_visiting.Count - 1);

        // A cycle through this node was found meanwhile, and reported on it.
        if (_checks.TryGetValue(node.Id, out var cycle)) check.Errors.InsertRange(0, cycle.Errors);
        return _checks[node.Id] = check;
    }

    private void CheckInput(PromptNode node, InputSpec spec, NodeCheck check, JsonObject? via)
    {
        if (!node.Inputs.TryGetPropertyValue(spec.Name, out var value))
        {
            if (!spec.Optional)
                check.Errors.Add(Missing(spec));
        }
        else if (value is JsonArray link)
        {
            CheckLink(spec, link, check, via);
        }
        else
        {
            var literal = spec.Read(Unwrap(value));
            if (literal.Error is { } error) check.Errors.Add(error);
            else check.Inputs[spec.Name] = new NodeInput.Value(literal.Value!);
        }
    }

    private void CheckLink(InputSpec spec, JsonArray link, NodeCheck check, JsonObject? via)
    {
        if (link.Count != 2)
        {
            check.Errors.Add(LinkError(
                spec, "bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", spec.Name, ("received_value", link)));
            return;
        }

        if (Target(link) is not var (parent, slot) || parent.Class.Schema.Outputs.Length <= slot)
        {
            check.Errors.Add(Dangling(spec, link, via));
            return;
        }

        var received = parent.Class.Schema.Outputs[slot].Type;
        if (received != spec.Type)
        {
            var error = LinkError(spec, "return_type_mismatch", "Return type mismatch between linked nodes",
                $"{spec.Name}, received_type({received}) mismatch input_type({spec.Type})", ("linked_node", link));
            error.ExtraInfo["received_type"] = received;
            check.Errors.Add(error);
            return;
        }

        var here = new JsonObject { ["input_name"] = spec.Name, ["input_config"] = spec.Describe(), ["linked_node"] = link.DeepClone() };
        if (!Check(parent, here).IsGood) check.HasBadAncestor = true;
        check.Inputs[spec.Name] = new NodeInput.Link(parent.Id, slot);
    }

    private (PromptNode Node, int Slot)? Target(JsonArray link)
    {
        if (link[0].AsText() is not { } id || graph.Find(id) is not { } node) return null;
        return link[1] is JsonValue slot && slot.TryGetValue<int>(out var index) && index >= 0 ? (node, index) : null;
    }

    /// <summary>
    /// A link to nothing is an exception in ComfyUI, reported as such: on an output node as
    /// <c>exception_during_validation</c>, further up as <c>exception_during_inner_validation</c>.
    /// </summary>
    private static NodeError Dangling(InputSpec spec, JsonArray link, JsonObject? via)
    {
        var details = $"{spec.Name}: {link.ToJsonString()} is not [node id, output index] of a node in the prompt";
        var extra = via?.DeepClone().AsObject() ?? [];
        extra["exception_message"] = details;
        extra["exception_type"] = "KeyError";
        extra["traceback"] = new JsonArray();
        return via is null
            ? new NodeError("exception_during_validation", "Exception when validating node", details, extra)
            : new NodeError("exception_during_inner_validation", "Exception when validating inner node", details, extra);
    }

    private NodeCheck Cycle(IReadOnlyList<string> path)
    {
        var nodes = path.Distinct().ToArray();
        var shown = nodes.Length <= CycleNodesShown ? path : path.Take(CycleNodesShown);
        var details = string.Join(" -> ", shown.Select(id => $"{id} ({graph.Find(id)!.ClassName})"));
        if (nodes.Length > CycleNodesShown) details += $" -> … ({nodes.Length} nodes)";
        foreach (var id in nodes)
        {
            var check = new NodeCheck();
            check.Errors.Add(new NodeError("dependency_cycle", "Dependency cycle detected", details, new JsonObject
            {
                ["node_id"] = id,
                ["cycle_nodes"] = new JsonArray([.. nodes.Take(CycleNodesShown).Select(node => (JsonNode)node)]),
            }));
            _checks[id] = check;
        }

        return _checks[path[^1]];
    }

    /// <summary>A value may come wrapped in <c>{"__value__": …}</c>, which lets a list be a value and not a link.</summary>
    private static JsonNode? Unwrap(JsonNode? value) =>
        value is JsonObject wrapper && wrapper.TryGetPropertyValue("__value__", out var inner) ? inner : value;

    private static NodeError Missing(InputSpec spec) =>
        new("required_input_missing", "Required input is missing", spec.Name, new JsonObject { ["input_name"] = spec.Name });

    private static NodeError LinkError(InputSpec spec, string type, string message, string details, (string Name, JsonArray Link) link) =>
        new(type, message, details, new JsonObject
        {
            ["input_name"] = spec.Name,
            ["input_config"] = spec.Describe(),
            [link.Name] = link.Link.DeepClone(),
        });
}

/// <summary>What was found out about one node.</summary>
internal sealed class NodeCheck
{
    public List<NodeError> Errors { get; } = [];

    /// <summary>In the order of the schema.</summary>
    public OrderedDictionary<string, NodeInput> Inputs { get; } = new(StringComparer.Ordinal);

    public bool HasBadAncestor { get; set; }

    public bool IsGood => Errors.Count == 0 && !HasBadAncestor;
}
