using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Dispatch.ComfyUI;

/// <summary>Reads from a history entry how a prompt ended. Pure.</summary>
internal static class PromptEnding
{
    private const string Succeeded = "execution_success";
    private const string Failed = "execution_error";
    private const string Interrupted = "execution_interrupted";

    public static bool WasInterrupted(JsonObject entry) => LastWord(entry).Type == Interrupted;

    /// <param name="entry">The instance's.</param>
    /// <param name="outputs">Its outputs, with the gateway's names.</param>
    public static RunEnding Of(string jobId, JsonObject entry, JsonObject outputs, DateTimeOffset now)
    {
        var (type, data) = LastWord(entry);
        var failed = (entry["status"]?["status_str"] as JsonValue)?.ToString() == "error" || type is Failed or Interrupted;
        var result = new JsonObject
        {
            ["outputs"] = outputs,
            ["status"] = entry["status"]?.DeepClone(),
            ["meta"] = entry["meta"]?.DeepClone() ?? new JsonObject(),
        };
        var (state, failure) = (failed, type) switch
        {
            (false, _) => (JobState.Completed, null),
            (_, Interrupted) => (JobState.Cancelled, "It was interrupted at the instance."),
            _ => (JobState.Failed, (data?["exception_message"] as JsonValue)?.ToString() ?? "The instance gives no reason."),
        };

        data ??= new JsonObject { ["prompt_id"] = jobId, ["timestamp"] = now.ToUnixTimeMilliseconds() };
        type ??= failed ? Failed : Succeeded;
        return new RunEnding(state, JsonSerializer.SerializeToUtf8Bytes(result), failure)
        {
            Closing = [(type, JsonSerializer.SerializeToUtf8Bytes(data)), Finished(jobId)],
        };
    }

    /// <summary>The instance would not take the prompt, and no other would.</summary>
    public static RunEnding Refused(JsonObject body)
    {
        var error = body["error"];
        var message = error is JsonObject detail ? $"{detail["message"]} {detail["details"]}".Trim() : error?.ToString();
        return new RunEnding(JobState.Failed, JsonSerializer.SerializeToUtf8Bytes(body), $"The instance refused the prompt: {message}{FirstNodeError(body)}");
    }

    /// <summary>What is wrong is said of single nodes: <c>{"3": {"errors": [{"message", "details"}], "class_type"}}</c>.</summary>
    private static string FirstNodeError(JsonObject body)
    {
        foreach (var (id, node) in body["node_errors"] as JsonObject ?? [])
        {
            if (node is JsonObject failed && (failed["errors"] as JsonArray)?.FirstOrDefault() is JsonObject error)
                return $" (node {id}, {failed["class_type"]}: {error["message"]}: {error["details"]})";
        }

        return "";
    }

    /// <summary>The last message of every job.</summary>
    public static (string Type, ReadOnlyMemory<byte> Data) Finished(string jobId) =>
        ("executing", JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["node"] = null, ["prompt_id"] = jobId }));

    /// <summary>The entry's messages are pairs of a type and its data.</summary>
    private static (string? Type, JsonObject? Data) LastWord(JsonObject entry)
    {
        foreach (var message in (entry["status"]?["messages"] as JsonArray ?? []).Reverse())
        {
            if (message is JsonArray { Count: > 1 } pair && pair[0]?.ToString() is (Succeeded or Failed or Interrupted) and var type)
                return (type, pair[1]?.DeepClone() as JsonObject);
        }

        return (null, null);
    }
}
