using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary><c>/prompt</c>: how work comes in.</summary>
internal static class PromptApi
{
    public static void MapPromptApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/prompt", Submit);
        routes.MapGet("/prompt", (JobQueue<PromptJob> queue) => ComfyResults.Json(QueueInfo(queue.Count)));
    }

    public static JsonObject QueueInfo(int remaining) =>
        new() { ["exec_info"] = new JsonObject { ["queue_remaining"] = remaining } };

    private static IResult Submit(JsonBody body, PromptSubmission submission, HttpResponse response)
    {
        if (body.Problem is { } problem) return problem;
        var result = submission.Submit(body.Json);
        if (result.Job is { } job)
            return ComfyResults.Json(new JsonObject { ["prompt_id"] = job.Id, ["number"] = job.Number, ["node_errors"] = result.NodeErrors });
        if (result.Error!.Type != "queue_full") return ComfyResults.Error(result.Error, nodeErrors: result.NodeErrors);

        response.Headers.RetryAfter = "1";
        return ComfyResults.Error(result.Error, StatusCodes.Status429TooManyRequests);
    }
}
