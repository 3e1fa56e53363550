using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>A finished job. The members hold JSON that is only read, from any thread.</summary>
internal sealed record HistoryEntry(PromptJob Job, JsonElement Outputs, JsonElement Meta, JsonElement Status)
{
    /// <summary>About what the entry costs in memory.</summary>
    public long Bytes { get; } = Job.Bytes
        + Outputs.GetRawText().Length + Meta.GetRawText().Length + Status.GetRawText().Length;

    public JsonObject Describe() => new()
    {
        ["prompt"] = Job.Describe(),
        ["outputs"] = JsonObject.Create(Outputs),
        ["status"] = JsonObject.Create(Status),
        ["meta"] = JsonObject.Create(Meta),
    };
}
