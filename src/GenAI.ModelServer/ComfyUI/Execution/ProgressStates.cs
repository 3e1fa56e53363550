using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>How far each node of one job is, for <c>progress_state</c>. Nodes that have not begun are left out.</summary>
internal sealed class ProgressStates(string promptId)
{
    private readonly OrderedDictionary<string, (int Value, int Max, string State)> _nodes = new(StringComparer.Ordinal);

    public void Running(string node, int value = 0, int max = 1) => _nodes[node] = (value, max, "running");

    public void Finished(string node)
    {
        var max = _nodes.TryGetValue(node, out var state) ? state.Max : 1;
        _nodes[node] = (max, max, "finished");
    }

    public JsonObject Describe() => new(_nodes.Select(node => KeyValuePair.Create(node.Key, (JsonNode?)new JsonObject
    {
        ["value"] = node.Value.Value,
        ["max"] = node.Value.Max,
        ["state"] = node.Value.State,
        ["node_id"] = node.Key,
        ["prompt_id"] = promptId,
        ["display_node_id"] = node.Key,
        ["parent_node_id"] = null,
        ["real_node_id"] = node.Key,
    })));
}
