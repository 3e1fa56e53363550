using System.Diagnostics;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Images;
using GenAI.Gateway.Jobs;
using GenAI.Gateway.Routing.Tracks;

namespace GenAI.Gateway.ComfyUI.Prompts;

/// <summary><c>/prompt</c>: how work comes in.</summary>
internal static class PromptApi
{
    private const string ApiName = "comfyui";

    public static void MapPrompts(this OwnedRoutes routes)
    {
        routes.Post("/prompt", Submit);
        routes.Get("/prompt", (VirtualComfyUI comfy, JobDesk desk) => Answers.Json(QueueInfo(desk.CountOpen(comfy.Name))));
    }

    public static JsonObject QueueInfo(int remaining) => new() { ["exec_info"] = new JsonObject { ["queue_remaining"] = remaining } };

    private static async Task<IResult> Submit(
        VirtualComfyUI comfy, JsonBody body, PromptIntake intake, HttpRequest request, CancellationToken cancellationToken)
    {
        if (body.Problem is { } problem) return problem;
        var (terms, unusable) = OrderTerms.Read(request, ApiName);
        if (terms is null) return Answers.Error(unusable!);

        var outcome = await intake.SubmitAsync(comfy, body.Json, terms, cancellationToken);
        if (outcome.Refusal is { } refusal) return Answers.Error(refusal);
        if (outcome.Error is { } error)
            return Answers.Json(error.ToJson(Activity.Current?.TraceId.ToHexString(), outcome.NodeErrors), StatusCodes.Status400BadRequest);
        if (outcome.Job!.Track is { } track) request.HttpContext.Response.Headers[TrackMiddleware.TrackHeader] = track;
        return Answers.Json(new JsonObject
        {
            ["prompt_id"] = outcome.Job.Id,
            ["number"] = outcome.Number ?? PromptItems.NumberOf(outcome.Job),
            ["node_errors"] = outcome.NodeErrors,
        });
    }
}
