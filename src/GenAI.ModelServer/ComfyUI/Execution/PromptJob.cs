using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Execution;

/// <summary>A workflow that was found good and waits to run. The JSON is as the client sent it.</summary>
internal sealed class PromptJob(string id, double number, DateTimeOffset queuedAt) : Job(id, number, queuedAt)
{
    public required JsonElement Prompt { get; init; }

    private long? _bytes;

    /// <summary>With <c>client_id</c> and <c>create_time</c> added, and without what is secret.</summary>
    public required JsonElement ExtraData { get; init; }

    public required ExecutableGraph Graph { get; init; }

    /// <summary>The socket session that gets the execution messages; null for nobody.</summary>
    public required string? ClientId { get; init; }

    public override long Bytes => _bytes ??= Prompt.GetRawText().Length + ExtraData.GetRawText().Length;

    /// <summary>The job as <c>/queue</c> and <c>/history</c> show it: <c>[number, id, prompt, extra_data, outputs]</c>.</summary>
    public JsonArray Describe() =>
    [
        Number, Id, JsonObject.Create(Prompt), JsonObject.Create(ExtraData),
        new JsonArray([.. Graph.Outputs.Select(output => (JsonNode)output)]),
    ];
}
