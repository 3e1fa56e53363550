using System.Diagnostics;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Listing;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Prompts;

/// <summary><c>/prompt</c>: how work comes in.</summary>
internal static class PromptApi
{
    private const int MaxKeyLength = 256;

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
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MaxKeyLength) return Answers.BadRequest($"Idempotency-Key may have up to {MaxKeyLength} characters, got {key.Length}");

        var outcome = await intake.SubmitAsync(comfy, body.Json, key.Length > 0 ? key : null, cancellationToken);
        if (outcome.Refusal is { } refusal) return Answers.Error(refusal);
        if (outcome.Error is { } error)
            return Answers.Json(error.ToJson(Activity.Current?.TraceId.ToHexString(), outcome.NodeErrors), StatusCodes.Status400BadRequest);
        return Answers.Json(new JsonObject
        {
            ["prompt_id"] = outcome.Job!.Id,
            ["number"] = outcome.Number ?? PromptItems.NumberOf(outcome.Job),
            ["node_errors"] = outcome.NodeErrors,
        });
    }
}
