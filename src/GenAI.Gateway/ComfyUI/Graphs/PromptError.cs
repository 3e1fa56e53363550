using System.Text.Json.Nodes;

namespace GenAI.Gateway.ComfyUI.Graphs;

/// <summary>Why a workflow was refused: ComfyUI's <c>error</c> member.</summary>
internal sealed record PromptError(string Type, string Message, string Details)
{
    public JsonObject ExtraInfo { get; init; } = [];

    /// <summary>The body of the answer: <c>{error: {type, message, details, extra_info}, node_errors}</c>.</summary>
    public JsonObject ToJson(string? traceId, JsonObject? nodeErrors = null)
    {
        var extra = ExtraInfo.DeepClone().AsObject();
        if (traceId is not null) extra["trace_id"] = traceId;
        return new JsonObject
        {
            ["error"] = new JsonObject { ["type"] = Type, ["message"] = Message, ["details"] = Details, ["extra_info"] = extra },
            ["node_errors"] = nodeErrors ?? [],
        };
    }
}
