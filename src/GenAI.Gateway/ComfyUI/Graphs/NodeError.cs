using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>One thing wrong with one node, in the shape and with the type names of ComfyUI's <c>node_errors</c>.</summary>
internal sealed record NodeError(string Type, string Message, string Details, JsonObject ExtraInfo)
{
    public JsonObject ToJson() => new()
    {
        ["type"] = Type,
        ["message"] = Message,
        ["details"] = Details,
        ["extra_info"] = ExtraInfo.DeepClone(),
    };
}
