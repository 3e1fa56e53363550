using System.Globalization;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary><c>/history</c>: what became of the jobs.</summary>
internal static class HistoryApi
{
    public static void MapHistoryApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/history", GetPage);
        routes.MapGet("/history/{id}", GetOne);
        routes.MapPost("/history", Change);
    }

    private static IResult GetPage(PromptHistory history, [FromQuery(Name = "max_items")] string? maxItems, string? offset)
    {
        int? count = null;
        var start = -1;
        if (maxItems is not null)
        {
            if (!int.TryParse(maxItems, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) || read < 0)
                return ComfyResults.BadRequest($"max_items must be a whole number from 0, got '{maxItems}'");
            count = read;
        }

        if (offset is not null && !int.TryParse(offset, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out start))
            return ComfyResults.BadRequest($"offset must be a whole number, got '{offset}'");
        var page = history.Page(count, start).Select(entry => KeyValuePair.Create(entry.Job.Id, (JsonNode?)entry.Describe()));
        return ComfyResults.Json(new JsonObject(page));
    }

    /// <summary>An unknown job is an empty object, as in ComfyUI.</summary>
    private static IResult GetOne(string id, PromptHistory history)
    {
        var answer = new JsonObject();
        if (history.Find(id) is { } entry) answer[id] = entry.Describe();
        return ComfyResults.Json(answer);
    }

    private static IResult Change(JsonBody body, PromptHistory history)
    {
        if (body.Problem is { } problem) return problem;
        if (!QueueApi.TryReadDelete(body.Json, out var ids)) return QueueApi.BadDelete(body.Json);
        if (QueueApi.IsTrue(body.Json, "clear")) history.Clear();
        foreach (var id in ids) history.Remove(id);
        return Results.Ok();
    }
}
