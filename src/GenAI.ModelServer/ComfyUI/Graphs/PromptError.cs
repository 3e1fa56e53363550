using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Graphs;

/// <summary>Why a workflow, or another request, was refused: ComfyUI's <c>error</c> member.</summary>
internal sealed record PromptError(string Type, string Message, string Details)
{
    public JsonObject ExtraInfo { get; init; } = [];

    /// <summary>The body of the answer: <c>{error: {type, message, details, extra_info}, node_errors}</c>.</summary>
    public JsonObject ToJson(JsonObject? nodeErrors = null) => new()
    {
        ["error"] = new JsonObject
        {
            ["type"] = Type,
            ["message"] = Message,
            ["details"] = Details,
            ["extra_info"] = ExtraInfo.DeepClone(),
        },
        ["node_errors"] = nodeErrors ?? [],
    };
}
