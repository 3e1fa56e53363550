using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Graphs;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>Answers in ComfyUI's shapes.</summary>
internal static class ComfyResults
{
    public static IResult Json(JsonNode body, int status = StatusCodes.Status200OK) =>
        Results.Text(body.ToJsonString(), "application/json; charset=utf-8", statusCode: status);

    public static IResult Error(PromptError error, int status = StatusCodes.Status400BadRequest, JsonObject? nodeErrors = null) =>
        Json(error.ToJson(nodeErrors), status);

    public static IResult BadRequest(string details) => Error(new PromptError("invalid_request", "Invalid request", details));

    /// <summary>The Jobs API's shape: <c>{"error": "…"}</c>.</summary>
    public static IResult JobsError(string message, int status = StatusCodes.Status400BadRequest) =>
        Json(new JsonObject { ["error"] = message }, status);
}
