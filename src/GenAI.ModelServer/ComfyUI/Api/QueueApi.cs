using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary><c>/queue</c>, <c>/interrupt</c> and <c>/free</c>: what waits and runs, and how to stop it.</summary>
internal static class QueueApi
{
    public static void MapQueueApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/queue", GetQueue);
        routes.MapPost("/queue", ChangeQueue);
        routes.MapPost("/interrupt", Interrupt);
        routes.MapPost("/free", Free);
    }

    private static IResult GetQueue(JobQueue<PromptJob> queue)
    {
        var state = queue.Snapshot();
        return ComfyResults.Json(new JsonObject
        {
            ["queue_running"] = state.Running is { } running ? new JsonArray(running.Describe()) : new JsonArray(),
            ["queue_pending"] = new JsonArray([.. state.Pending.Select(job => (JsonNode)job.Describe())]),
        });
    }

    private static IResult ChangeQueue(JsonBody body, JobQueue<PromptJob> queue)
    {
        if (body.Problem is { } problem) return problem;
        if (!TryReadDelete(body.Json, out var ids)) return BadDelete(body.Json);
        if (IsTrue(body.Json, "clear")) queue.Clear();
        foreach (var id in ids) queue.Remove(id);
        return Results.Ok();
    }

    /// <summary>
    /// Without a body whatever runs is interrupted. One that cannot be read is refused, where ComfyUI takes it for none:
    /// its client meant some job, and must not stop another's.
    /// </summary>
    private static IResult Interrupt(JsonBody body, JobQueue<PromptJob> queue)
    {
        if (body is { IsEmpty: false, Problem: { } problem }) return problem;
        var id = body.Json["prompt_id"];
        if (id is not null && id.AsText() is null)
            return ComfyResults.BadRequest($"prompt_id must be text, got {PythonText.Repr(id)}");
        queue.Stop(id.AsText() is { Length: > 0 } named ? named : null, JobStop.Interrupted);
        return Results.Ok();
    }

    private static IResult Free(JsonBody body, LoadedModels models, NodeCache cache)
    {
        if (body.Problem is { } problem) return problem;
        var freeMemory = IsTrue(body.Json, "free_memory");
        if (freeMemory || IsTrue(body.Json, "unload_models")) models.Unload();
        if (freeMemory) cache.Clear();
        return Results.Ok();
    }

    /// <summary>The ids of <c>{"delete": [ids]}</c>, which <c>/queue</c> and <c>/history</c> share.</summary>
    public static bool TryReadDelete(JsonObject body, out IReadOnlyList<string> ids)
    {
        var given = body["delete"].AsTexts();
        ids = given ?? [];
        return given is not null || body["delete"] is null;
    }

    public static IResult BadDelete(JsonObject body) =>
        ComfyResults.BadRequest($"delete must be a list of prompt ids, got {PythonText.Repr(body["delete"])}");

    public static bool IsTrue(JsonObject body, string name) => body[name]?.GetValueKind() == JsonValueKind.True;
}
