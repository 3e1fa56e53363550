using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>A job as the Jobs API lists it. What is not known is left out. Pure.</summary>
internal static class JobSummary
{
    /// <param name="outlook">When it is expected to be done; null when it has ended.</param>
    /// <param name="result">What the instance answered, of a job that failed.</param>
    public static JsonObject Of(Job job, JobOutlook? outlook, JsonElement? result)
    {
        var summary = new JsonObject
        {
            ["id"] = job.Id,
            ["status"] = JobsQuery.Status(job.State),
            ["priority"] = PromptItems.NumberOf(job),
            ["create_time"] = job.AcceptedAt.ToUnixTimeMilliseconds(),
            ["outputs_count"] = job.Outputs.Length,
            ["previewable_outputs_count"] = job.Outputs.Count(IsPicture),
        };
        if (job.WorkflowId is { } workflow) summary["workflow_id"] = workflow;
        if (job.StartedAt is { } start) summary["execution_start_time"] = start.ToUnixTimeMilliseconds();
        if (job.EndedAt is { } end) summary["execution_end_time"] = end.ToUnixTimeMilliseconds();
        if (job.State is JobState.Failed or JobState.Lost) summary["execution_error"] = JobEnds.Message(job, result, null)!.Value.Data;
        // A saved picture rather than one that was only shown.
        if (job.Outputs.Where(IsPicture).OrderBy(output => output.Type == "output" ? 0 : 1).FirstOrDefault() is { } shown) summary["preview_output"] = Preview(shown);
        summary["genai"] = Ours(job, outlook);
        return summary;
    }

    private static bool IsPicture(JobOutput output) => output.ContentType.StartsWith("image/", StringComparison.Ordinal);

    private static JsonObject Preview(JobOutput output) => new()
    {
        ["filename"] = output.Filename,
        ["subfolder"] = output.Subfolder,
        ["type"] = output.Type,
        ["nodeId"] = output.Node,
        ["mediaType"] = output.Kind,
    };

    private static JsonObject Ours(Job job, JobOutlook? outlook)
    {
        var ours = new JsonObject { ["state"] = job.State.ToString().ToLowerInvariant(), ["model"] = job.Model };
        if (job.Instance is { } instance) ours["instance"] = instance;
        if (job.Track is { } track) ours["track"] = track;
        if (job.Failure is { } failure) ours["failure"] = failure;
        if (outlook is not null)
        {
            ours["position"] = outlook.Position;
            if (outlook.EstimatedStart is { } start) ours["estimated_start_time"] = start.ToUnixTimeMilliseconds();
            if (outlook.EstimatedEnd is { } end) ours["estimated_end_time"] = end.ToUnixTimeMilliseconds();
        }

        ours["attempts"] = new JsonArray([.. job.Attempts.Select(attempt => (JsonNode)new JsonObject
        {
            ["instance"] = attempt.Instance,
            ["dispatched_time"] = attempt.DispatchedAt.ToUnixTimeMilliseconds(),
            ["started_time"] = attempt.StartedAt?.ToUnixTimeMilliseconds(),
            ["end_time"] = attempt.EndedAt?.ToUnixTimeMilliseconds(),
            ["reason"] = attempt.Reason,
        })]);
        return ours;
    }
}
