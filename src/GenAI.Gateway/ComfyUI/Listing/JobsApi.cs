using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Prompts;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>
/// <c>/api/jobs</c>: queue and history in one list. What ComfyUI does not know of a job is in its member <c>genai</c>: the state as the
/// gateway has it, the place in the queue, and what became of each attempt.
/// </summary>
internal static class JobsApi
{
    public static void MapJobs(this OwnedRoutes routes)
    {
        routes.Get("/jobs", GetJobs);
        routes.Get("/jobs/{id}", GetJob);
        routes.Post("/jobs/{id}/cancel", CancelOne);
        routes.Post("/jobs/cancel", CancelMany);
    }

    private static async Task<IResult> GetJobs(
        VirtualComfyUI comfy, HttpRequest request, JobDesk desk, JobPayloads payloads, IOptions<ComfyUIOptions> options, CancellationToken cancellationToken)
    {
        var (query, problem) = JobsQuery.Read(request.Query, options.Value.MaxListedJobs);
        if (query is null) return Answers.JobsError(problem!);

        var page = await desk.ListAsync(query with { Model = comfy.Name, Owner = comfy.OnlyOwner }, cancellationToken);
        var jobs = new JsonArray();
        foreach (var job in page.Jobs)
        {
            // Where and why it failed is in what the instance answered.
            var result = job.State == JobState.Failed ? await payloads.ResultAsync(job, cancellationToken) : null;
            jobs.Add((JsonNode)JobSummary.Of(job, desk.OutlookOf(job.Id), result));
        }

        return Answers.Json(new JsonObject
        {
            ["jobs"] = jobs,
            ["pagination"] = new JsonObject
            {
                ["offset"] = query.Offset,
                ["limit"] = query.Limit,
                ["total"] = page.Total,
                ["has_more"] = query.Offset + page.Jobs.Length < page.Total,
            },
        });
    }

    private static async Task<IResult> GetJob(VirtualComfyUI comfy, string id, JobDesk desk, JobPayloads payloads, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(id, cancellationToken) is not { } job || !PromptCancelling.IsOf(comfy, job) || !comfy.Caller.MaySee(job))
            return Answers.JobsError("Job not found", StatusCodes.Status404NotFound);

        var (payload, result) = (await payloads.PayloadAsync(job, cancellationToken), await payloads.ResultAsync(job, cancellationToken));
        return Answers.Json((writer, _) =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in JobSummary.Of(job, desk.OutlookOf(job.Id), result))
            {
                writer.WritePropertyName(name);
                if (value is null) writer.WriteNullValue();
                else value.WriteTo(writer);
            }

            if (job.State.HasEnded())
            {
                writer.WritePropertyName("outputs");
                if (PromptItems.Member(result, "outputs") is { ValueKind: System.Text.Json.JsonValueKind.Object } outputs) outputs.WriteTo(writer);
                else JobEnds.Outputs(job).WriteTo(writer);
                writer.WritePropertyName("execution_status");
                if (PromptItems.Member(result, "status") is { ValueKind: System.Text.Json.JsonValueKind.Object } status) status.WriteTo(writer);
                else JobEnds.Status(job, result).WriteTo(writer);
            }

            writer.WriteStartObject("workflow");
            writer.WritePropertyName("prompt");
            PromptItems.WriteObject(writer, PromptItems.Member(payload, "prompt"));
            writer.WritePropertyName("extra_data");
            PromptItems.WriteExtraData(writer, job, payload);
            writer.WriteEndObject();
            writer.WriteEndObject();
            return Task.CompletedTask;
        });
    }

    private static async Task<IResult> CancelOne(VirtualComfyUI comfy, string id, PromptCancelling cancelling, CancellationToken cancellationToken) =>
        Cancelled(await cancelling.CancelAsync(comfy, [id], state => !state.HasEnded(), cancellationToken));

    private static async Task<IResult> CancelMany(
        VirtualComfyUI comfy, JsonBody body, PromptCancelling cancelling, IOptions<ComfyUIOptions> options, CancellationToken cancellationToken)
    {
        if (body.Problem is not null) return Answers.JobsError("Request body must be valid JSON");
        if (body.Json["job_ids"] is not JsonArray ids) return Answers.JobsError("job_ids must be a list");
        if (ids.Count > options.Value.MaxListedJobs) return Answers.JobsError($"job_ids may have up to {options.Value.MaxListedJobs} ids, got {ids.Count}");

        var invalid = ids.Where(id => id.AsText() is not { } text || !PromptEnvelope.IsCanonical(text)).ToArray();
        if (invalid.Length > 0)
        {
            return Answers.Json(new JsonObject
            {
                ["error"] = "job_ids contains invalid id(s)",
                ["invalid_ids"] = new JsonArray([.. invalid.Select(id => id?.DeepClone())]),
            }, StatusCodes.Status400BadRequest);
        }

        return Cancelled(await cancelling.CancelAsync(comfy, ids.Select(id => id.AsText()!), state => !state.HasEnded(), cancellationToken));
    }

    private static IResult Cancelled(bool cancelled) => Answers.Json(new JsonObject { ["cancelled"] = cancelled });
}
