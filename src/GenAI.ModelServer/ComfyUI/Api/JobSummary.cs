using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>A job as the Jobs API lists it. What is not known is left out.</summary>
internal sealed record JobSummary(PromptJob Job, string Status)
{
    public long CreateTime => Job.QueuedAt.ToUnixTimeMilliseconds();

    public long? StartTime { get; private init; }

    public long? EndTime { get; private init; }

    public JsonElement? Error { get; private init; }

    public IReadOnlyList<JsonObject> Images { get; private init; } = [];

    public string? WorkflowId { get; private init; }

    /// <summary>Milliseconds; 0 while it is not over.</summary>
    public long Duration => EndTime - StartTime ?? 0;

    public static JobSummary Of(PromptJob job, string status) => new(job, status) { WorkflowId = ReadWorkflowId(job.ExtraData) };

    public static JobSummary Of(HistoryEntry entry)
    {
        long? start = null, end = null;
        JsonElement? error = null;
        var status = entry.Status.GetProperty("completed").GetBoolean() ? "completed" : "failed";
        foreach (var message in entry.Status.GetProperty("messages").EnumerateArray())
        {
            var (type, data) = (message[0].GetString(), message[1]);
            var time = data.GetProperty("timestamp").GetInt64();
            if (type == "execution_start") start = time;
            if (type is "execution_success" or "execution_error" or "execution_interrupted") end = time;
            if (type == "execution_error") error = data;
            if (type == "execution_interrupted") status = "cancelled";
        }

        return new JobSummary(entry.Job, status)
        {
            StartTime = start,
            EndTime = end,
            Error = error,
            Images = [.. ReadImages(entry.Outputs)],
            WorkflowId = ReadWorkflowId(entry.Job.ExtraData),
        };
    }

    public JsonObject Describe()
    {
        var answer = new JsonObject
        {
            ["id"] = Job.Id,
            ["status"] = Status,
            ["priority"] = Job.Number,
            ["create_time"] = CreateTime,
            ["outputs_count"] = Images.Count,
            ["previewable_outputs_count"] = Images.Count,
        };
        if (StartTime is { } start) answer["execution_start_time"] = start;
        if (EndTime is { } end) answer["execution_end_time"] = end;
        if (Error is { } error) answer["execution_error"] = JsonObject.Create(error);
        if (Preview is { } preview) answer["preview_output"] = preview.DeepClone();
        if (WorkflowId is not null) answer["workflow_id"] = WorkflowId;
        return answer;
    }

    /// <summary>A saved image rather than one that was only shown.</summary>
    private JsonObject? Preview =>
        Images.FirstOrDefault(image => image["type"]!.GetValue<string>() == "output") ?? (Images.Count > 0 ? Images[0] : null);

    private static IEnumerable<JsonObject> ReadImages(JsonElement outputs)
    {
        foreach (var node in outputs.EnumerateObject())
        {
            if (!node.Value.TryGetProperty("images", out var images)) continue;
            foreach (var image in images.EnumerateArray())
            {
                var item = JsonObject.Create(image)!.DeepClone().AsObject();
                item["nodeId"] = node.Name;
                item["mediaType"] = "images";
                yield return item;
            }
        }
    }

    private static string? ReadWorkflowId(JsonElement extraData) =>
        extraData.TryGetProperty("extra_pnginfo", out var info) && info.ValueKind == JsonValueKind.Object
        && info.TryGetProperty("workflow", out var workflow) && workflow.ValueKind == JsonValueKind.Object
        && workflow.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;
}
