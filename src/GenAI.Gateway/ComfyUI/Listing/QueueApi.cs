using System.Text.Json.Nodes;
using GenAI.Gateway.Access;
using GenAI.Gateway.ComfyUI.Capabilities;
using GenAI.Gateway.ComfyUI.Prompts;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary><c>/queue</c>, <c>/interrupt</c> and <c>/free</c>: what waits and runs in the whole fleet, and how to stop it.</summary>
internal static class QueueApi
{
    public static void MapQueue(this OwnedRoutes routes)
    {
        routes.Get("/queue", GetQueue);
        routes.Post("/queue", ChangeQueue);
        routes.Post("/interrupt", Interrupt);
        routes.Post("/free", Free);
    }

    private static IResult GetQueue(VirtualComfyUI comfy, JobDesk desk, JobPayloads payloads, IOptions<ComfyUIOptions> options) =>
        Answers.Json(async (writer, cancellationToken) =>
        {
            var jobs = desk.ListOpen(comfy.Name, comfy.OnlyOwner, options.Value.MaxListedJobs);
            writer.WriteStartObject();
            foreach (var (name, isRunning) in ((string, bool)[])[("queue_running", true), ("queue_pending", false)])
            {
                writer.WriteStartArray(name);
                foreach (var job in jobs.Where(job => job.State != JobState.Queued == isRunning))
                {
                    if (writer.BytesCommitted > options.Value.MaxListedBytes) break;
                    PromptItems.Write(writer, job, await payloads.PayloadAsync(job, cancellationToken));
                    await writer.FlushAsync(cancellationToken);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });

    private static async Task<IResult> ChangeQueue(VirtualComfyUI comfy, JsonBody body, PromptCancelling cancelling, CancellationToken cancellationToken)
    {
        if (body.Problem is { } problem) return problem;
        if (!TryReadDelete(body.Json, out var ids)) return BadDelete(body.Json);
        if (body.Json["clear"].IsTruthy()) await cancelling.CancelOwnAsync(comfy, state => state == JobState.Queued, cancellationToken);
        await cancelling.CancelAsync(comfy, ids, state => state == JobState.Queued, cancellationToken);
        return Results.Ok();
    }

    /// <summary>
    /// Without a body whatever of the caller's runs is interrupted. One that cannot be read is refused, where ComfyUI takes it for none:
    /// its client meant some job, and must not stop another.
    /// </summary>
    private static async Task<IResult> Interrupt(VirtualComfyUI comfy, JsonBody body, PromptCancelling cancelling, CancellationToken cancellationToken)
    {
        if (body is { IsEmpty: false, Problem: { } problem }) return problem;
        var id = body.Json["prompt_id"];
        if (id is not null && id.AsText() is null) return Answers.BadRequest($"prompt_id must be text, got {PythonText.Repr(id)}");
        if (id.AsText() is { Length: > 0 } named) await cancelling.CancelAsync(comfy, [named], IsRunning, cancellationToken);
        else await cancelling.CancelOwnAsync(comfy, IsRunning, cancellationToken);
        return Results.Ok();
    }

    /// <summary>It empties the memory that everybody's next job counts on.</summary>
    private static async Task<IResult> Free(VirtualComfyUI comfy, JsonBody body, FleetQuestions fleet, CancellationToken cancellationToken)
    {
        if (body.Problem is { } problem) return problem;
        if (!comfy.Caller.May(Scopes.Admin))
            return Answers.Forbidden($"/free empties the memory of all instances of '{comfy.Name}'; that takes a key with the scope admin.");
        await fleet.TellAllAsync(comfy.Model, "/free", body.Json, cancellationToken);
        return Results.Ok();
    }

    private static bool IsRunning(JobState state) => state is JobState.Running or JobState.Dispatched;

    /// <summary>The ids of <c>{"delete": [ids]}</c>, which <c>/queue</c> and <c>/history</c> share.</summary>
    public static bool TryReadDelete(JsonObject body, out IReadOnlyList<string> ids)
    {
        var given = body["delete"].AsTexts();
        ids = given ?? [];
        return given is not null || body["delete"] is null;
    }

    public static IResult BadDelete(JsonObject body) => Answers.BadRequest($"delete must be a list of prompt ids, got {PythonText.Repr(body["delete"])}");
}
