using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Listing;

/// <summary>How a job's end is told in ComfyUI's words, in listings and on sockets. Pure.</summary>
internal static class JobEnds
{
    public const string Succeeded = "execution_success";
    public const string Failed = "execution_error";
    public const string Interrupted = "execution_interrupted";

    /// <summary>Whether it is one of the messages that tell the end: they are told once the journal has it.</summary>
    public static bool IsEnd(string type) => type is Succeeded or Failed or Interrupted;

    /// <summary>The message that tells how it ended; null for a job that was taken out before it ran, which ComfyUI does without a word.</summary>
    /// <param name="job">One that has ended.</param>
    /// <param name="result">What the instance answered.</param>
    /// <param name="node">The node that ran last, where it is known.</param>
    public static (string Type, JsonObject Data)? Message(Job job, JsonElement? result, string? node)
    {
        if (job.State == JobState.Cancelled && job.StartedAt is null) return null;
        var type = job.State switch
        {
            JobState.Completed => Succeeded,
            JobState.Cancelled => Interrupted,
            _ => Failed,
        };
        return (type, LastWord(result, type) ?? Make(job, type, node));
    }

    /// <summary>The history entry's <c>status</c>, of a job for which no instance gave one.</summary>
    public static JsonObject Status(Job job, JsonElement? result)
    {
        var (type, data) = Message(job, result, null) ?? (Interrupted, Make(job, Interrupted, null));
        return new JsonObject
        {
            ["status_str"] = job.State == JobState.Completed ? "success" : "error",
            ["completed"] = job.State == JobState.Completed,
            ["messages"] = new JsonArray(new JsonArray(type, data)),
        };
    }

    /// <summary>What the job's nodes show, by node: <c>{"9":{"images":[{"filename","subfolder","type"}]}}</c>.</summary>
    public static JsonObject Outputs(Job job)
    {
        var outputs = new JsonObject();
        foreach (var output in job.Outputs)
        {
            if (outputs[output.Node] is not JsonObject node) outputs[output.Node] = node = [];
            if (node[output.Kind] is not JsonArray files) node[output.Kind] = files = [];
            files.Add(new JsonObject { ["filename"] = output.Filename, ["subfolder"] = output.Subfolder, ["type"] = output.Type });
        }

        return outputs;
    }

    private static JsonObject Make(Job job, string type, string? node)
    {
        var data = new JsonObject { ["prompt_id"] = job.Id };
        if (type == Interrupted)
        {
            (data["node_id"], data["node_type"], data["executed"]) = (node, null, new JsonArray());
        }
        else if (type == Failed)
        {
            data["node_id"] = node;
            data["node_type"] = null;
            data["executed"] = new JsonArray();
            data["exception_message"] = job.Failure ?? "The gateway knows no reason.";
            data["exception_type"] = job.State == JobState.Lost ? "JobLost" : "JobFailed";
            data["traceback"] = new JsonArray();
            data["current_inputs"] = new JsonObject();
            data["current_outputs"] = new JsonArray();
        }

        data["timestamp"] = (job.EndedAt ?? job.AcceptedAt).ToUnixTimeMilliseconds();
        return data;
    }

    /// <summary>The instance's own message of that type.</summary>
    private static JsonObject? LastWord(JsonElement? result, string type)
    {
        if (PromptItems.Member(PromptItems.Member(result, "status"), "messages") is not { ValueKind: JsonValueKind.Array } messages) return null;
        foreach (var message in messages.EnumerateArray().Reverse())
        {
            if (message.ValueKind == JsonValueKind.Array && message.GetArrayLength() > 1
                && message[0].ValueKind == JsonValueKind.String && message[0].ValueEquals(type) && message[1].ValueKind == JsonValueKind.Object)
                return JsonNode.Parse(message[1].GetRawText())!.AsObject();
        }

        return null;
    }
}
