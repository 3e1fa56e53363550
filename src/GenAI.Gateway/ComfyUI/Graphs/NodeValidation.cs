using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>
/// Checks single nodes, each once, and the nodes that they link to. The error types and texts are those of ComfyUI's
/// <c>validate_inputs</c>; a node whose ancestors are bad is bad without errors of its own.
/// </summary>
/// <param name="graph">The workflow.</param>
/// <param name="hasFile">Whether the file that an input of uploads names is there.</param>
internal sealed class NodeValidation(PromptGraph graph, Func<NodeInputSpec, string, bool> hasFile)
{
    /// <summary>Of a longer cycle only the beginning is shown: its description is repeated on each of its nodes.</summary>
    private const int CycleNodesShown = 20;

    private readonly OrderedDictionary<string, NodeCheck> _checks = new(StringComparer.Ordinal);

    /// <summary>Nodes with errors of their own, in the order in which they were met.</summary>
    public IEnumerable<KeyValuePair<string, NodeCheck>> Failed => _checks.Where(check => check.Value.Errors.Count > 0);

    /// <summary>Walks up from an output node, parents before children, without recursion: a chain may be as long as the workflow.</summary>
    public NodeCheck CheckOutput(PromptNode output)
    {
        var path = new List<(PromptNode Node, Queue<PromptNode> Parents)>();
        var onPath = new HashSet<string>(StringComparer.Ordinal);
        Enter(output);
        while (path.Count > 0)
        {
            var (node, parents) = path[^1];
            if (parents.TryDequeue(out var parent))
            {
                if (onPath.Contains(parent.Id)) ReportCycle([.. path.Select(step => step.Node.Id).SkipWhile(id => id != parent.Id), parent.Id]);
                else if (!_checks.ContainsKey(parent.Id)) Enter(parent);
                continue;
            }

            path.RemoveAt(path.Count - 1);
            onPath.Remove(node.Id);
            Check(node, isOutput: node == output);
        }

        return _checks[output.Id];

        void Enter(PromptNode node)
        {
            path.Add((node, new Queue<PromptNode>(Parents(node))));
            onPath.Add(node.Id);
        }
    }

    private IEnumerable<PromptNode> Parents(PromptNode node)
    {
        foreach (var (name, value) in node.Inputs)
        {
            if (value is JsonArray link && (node.Class is null || node.Class.Find(name) is not null) && Target(link) is var (parent, _))
                yield return parent;
        }
    }

    private void Check(PromptNode node, bool isOutput)
    {
        // A cycle through the node has been reported on it already.
        if (!_checks.TryGetValue(node.Id, out var check)) _checks[node.Id] = check = new NodeCheck();
        if (node.Class is not { } nodeClass)
        {
            check.HasBadAncestor |= Parents(node).Any(parent => !IsGood(parent));
            return;
        }

        foreach (var spec in nodeClass.Inputs) CheckInput(node, nodeClass, spec, check, isOutput);
    }

    private void CheckInput(PromptNode node, NodeClass nodeClass, NodeInputSpec spec, NodeCheck check, bool isOutput)
    {
        if (!node.Inputs.TryGetPropertyValue(spec.Name, out var value))
        {
            if (!spec.IsOptional && !spec.IsDynamic) check.Errors.Add(Missing(spec));
        }
        else if (value is JsonArray link && !spec.IsMultiple)
        {
            CheckLink(spec, link, check, isOutput);
        }
        else
        {
            var literal = Unwrap(value);
            var error = InputValues.Check(spec, literal, nodeClass.IsBuiltIn);
            if (error is null && spec.IsUpload && literal.AsText() is { } file && !hasFile(spec, file)) error = NoFile(spec, file);
            if (error is not null) check.Errors.Add(error);
        }
    }

    private void CheckLink(NodeInputSpec spec, JsonArray link, NodeCheck check, bool isOutput)
    {
        if (link.Count != 2)
        {
            check.Errors.Add(LinkError(
                spec, "bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", spec.Name, ("received_value", link)));
            return;
        }

        if (Target(link) is not var (parent, slot) || parent.Class?.Outputs.Length <= slot)
        {
            check.Errors.Add(Dangling(spec, link, isOutput));
            return;
        }

        if (parent.Class?.Outputs[slot] is { } received && !Fits(received, spec))
        {
            var error = LinkError(spec, "return_type_mismatch", "Return type mismatch between linked nodes",
                $"{spec.Name}, received_type({received}) mismatch input_type({spec.Type})", ("linked_node", link));
            error.ExtraInfo["received_type"] = received;
            check.Errors.Add(error);
            return;
        }

        if (!IsGood(parent)) check.HasBadAncestor = true;
    }

    private bool IsGood(PromptNode node) => _checks.TryGetValue(node.Id, out var check) && check.IsGood;

    /// <summary>One type of the one side is one of the other's; <c>*</c> is every type.</summary>
    private static bool Fits(string received, NodeInputSpec spec)
    {
        if (received == spec.Type || spec.IsDynamic || received.StartsWith("COMFY_", StringComparison.Ordinal)) return true;
        var wanted = spec.Type.Split(',', StringSplitOptions.TrimEntries);
        var given = received.Split(',', StringSplitOptions.TrimEntries);
        return wanted.Contains("*") || given.Contains("*") || given.Intersect(wanted, StringComparer.Ordinal).Any();
    }

    private (PromptNode Node, int Slot)? Target(JsonArray link)
    {
        if (link.Count != 2 || link[0].AsText() is not { } id || graph.Find(id) is not { } node) return null;
        return link[1] is JsonValue slot && slot.GetValueKind() == JsonValueKind.Number && slot.TryGetValue<int>(out var index) && index >= 0
            ? (node, index)
            : null;
    }

    /// <summary>
    /// A link to nothing is an exception in ComfyUI, reported as such: on an output node as
    /// <c>exception_during_validation</c>, further up as <c>exception_during_inner_validation</c>.
    /// </summary>
    private static NodeError Dangling(NodeInputSpec spec, JsonArray link, bool isOutput)
    {
        var details = $"{spec.Name}: {PythonText.Cut(link.ToJsonString())} is not [node id, output index] of a node in the prompt";
        var extra = new JsonObject { ["exception_message"] = details, ["exception_type"] = "KeyError", ["traceback"] = new JsonArray() };
        return isOutput
            ? new NodeError("exception_during_validation", "Exception when validating node", details, extra)
            : new NodeError("exception_during_inner_validation", "Exception when validating inner node", details, extra);
    }

    private void ReportCycle(IReadOnlyList<string> path)
    {
        var nodes = path.Distinct(StringComparer.Ordinal).ToArray();
        var shown = nodes.Length <= CycleNodesShown ? path : path.Take(CycleNodesShown);
        var details = string.Join(" -> ", shown.Select(id => $"{id} ({graph.Find(id)!.ClassName})"));
        if (nodes.Length > CycleNodesShown) details += $" -> … ({nodes.Length} nodes)";
        foreach (var id in nodes)
        {
            if (!_checks.TryGetValue(id, out var check)) _checks[id] = check = new NodeCheck();
            check.Errors.Add(new NodeError("dependency_cycle", "Dependency cycle detected", details, new JsonObject
            {
                ["node_id"] = id,
                ["cycle_nodes"] = new JsonArray([.. nodes.Take(CycleNodesShown).Select(node => (JsonNode)node)]),
            }));
        }
    }

    /// <summary>A value may come wrapped in <c>{"__value__": …}</c>, which lets a list be a value and not a link.</summary>
    private static JsonNode? Unwrap(JsonNode? value) =>
        value is JsonObject wrapper && wrapper.TryGetPropertyValue("__value__", out var inner) ? inner : value;

    private static NodeError Missing(NodeInputSpec spec) =>
        new("required_input_missing", "Required input is missing", spec.Name, new JsonObject { ["input_name"] = spec.Name });

    private static NodeError NoFile(NodeInputSpec spec, string file) =>
        new("custom_validation_failed", "Custom validation failed for node", $"{spec.Name} - Invalid image file: {PythonText.Cut(file)}",
            new JsonObject { ["input_name"] = spec.Name, ["received_value"] = file });

    private static NodeError LinkError(NodeInputSpec spec, string type, string message, string details, (string Name, JsonArray Link) link) =>
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

    public bool HasBadAncestor { get; set; }

    public bool IsGood => Errors.Count == 0 && !HasBadAncestor;
}
