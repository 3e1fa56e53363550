using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary><c>/api/jobs</c>: queue and history in one list. It exists under <c>/api</c> only.</summary>
internal static class JobsApi
{
    public static void MapJobsApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/jobs", GetJobs);
        routes.MapGet("/api/jobs/{id}", GetJob);
        routes.MapPost("/api/jobs/{id}/cancel", (string id, JobQueue<PromptJob> queue) => Cancelled(queue.Cancel(id)));
        routes.MapPost("/api/jobs/cancel", CancelMany);
    }

    private static IResult GetJobs(HttpRequest request, JobQueue<PromptJob> queue, PromptHistory history)
    {
        var (query, problem) = JobQuery.Read(request.Query);
        if (query is null) return ComfyResults.JobsError(problem!);

        var (jobs, total) = query.Apply(All(queue.Snapshot(), history));
        return ComfyResults.Json(new JsonObject
        {
            ["jobs"] = new JsonArray([.. jobs.Select(job => (JsonNode)job.Describe())]),
            ["pagination"] = new JsonObject
            {
                ["offset"] = query.Offset,
                ["limit"] = query.Limit,
                ["total"] = total,
                ["has_more"] = query.Offset + jobs.Count < total,
            },
        });
    }

    private static IResult GetJob(string id, JobQueue<PromptJob> queue, PromptHistory history)
    {
        var summary = All(queue.Snapshot(), history).FirstOrDefault(job => job.Job.Id == id);
        if (summary is null) return ComfyResults.JobsError("Job not found", StatusCodes.Status404NotFound);

        var answer = summary.Describe();
        if (history.Find(id) is { } entry)
        {
            answer["outputs"] = JsonObject.Create(entry.Outputs);
            answer["execution_status"] = JsonObject.Create(entry.Status);
        }

        answer["workflow"] = new JsonObject
        {
            ["prompt"] = JsonObject.Create(summary.Job.Prompt),
            ["extra_data"] = JsonObject.Create(summary.Job.ExtraData),
        };
        return ComfyResults.Json(answer);
    }

    private static IResult CancelMany(JsonBody body, JobQueue<PromptJob> queue)
    {
        if (body.Problem is not null) return ComfyResults.JobsError("Request body must be valid JSON");
        if (body.Json["job_ids"] is not JsonArray ids) return ComfyResults.JobsError("job_ids must be a list");

        var invalid = ids.Where(id => id?.GetValueKind() != JsonValueKind.String || !JobIds.IsCanonical(id.GetValue<string>())).ToArray();
        if (invalid.Length > 0)
        {
            return ComfyResults.Json(new JsonObject
            {
                ["error"] = "job_ids contains invalid id(s)",
                ["invalid_ids"] = new JsonArray([.. invalid.Select(id => id?.DeepClone())]),
            }, StatusCodes.Status400BadRequest);
        }

        var any = false;
        foreach (var id in ids) any |= queue.Cancel(id!.GetValue<string>());
        return Cancelled(any);
    }

    private static IResult Cancelled(bool cancelled) => ComfyResults.Json(new JsonObject { ["cancelled"] = cancelled });

    /// <summary>A job that ends meanwhile is listed once: as finished.</summary>
    private static IReadOnlyList<JobSummary> All(JobQueueState<PromptJob> queue, PromptHistory history)
    {
        var finished = history.Page(null, -1);
        var ended = finished.Select(entry => entry.Job.Id).ToHashSet(StringComparer.Ordinal);
        var open = queue.Pending.Select(job => JobSummary.Of(job, "pending")).ToList();
        if (queue.Running is { } running) open.Insert(0, JobSummary.Of(running, "in_progress"));
        return [.. open.Where(job => !ended.Contains(job.Job.Id)), .. finished.Select(JobSummary.Of)];
    }
}
