using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.ComfyUI.Nodes;
using GenAI.ModelServer.Jobs;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>From the body of <c>POST /prompt</c> to a queued job, or to the reason why not.</summary>
internal sealed class PromptSubmission(
    JobQueue<PromptJob> queue, NodeCatalog catalog, ModelServerOptions options, TimeProvider clock)
{
    private const int MaxClientIdLength = 256;

    /// <summary>Credentials that ComfyUI hands to some nodes and shows nobody; no node here takes them.</summary>
    private static readonly string[] Secrets = ["auth_token_comfy_org", "api_key_comfy_org"];

    private long _numbers = -1;

    public SubmissionResult Submit(JsonObject body)
    {
        if (!body.ContainsKey("prompt"))
            return Refused(new PromptError("no_prompt", "No prompt provided", "No prompt provided"));
        if (ReadEnvelope(body) is var (envelope, problem) && envelope is null)
            return Refused(problem!);
        if (queue.Snapshot().Contains(envelope.PromptId))
            return Refused(new PromptError("invalid_prompt_id", "prompt_id is already in the queue", envelope.PromptId));

        var (graph, error) = PromptGraph.Read(body["prompt"], catalog, options.Limits.Nodes);
        if (graph is null) return Refused(error!);
        var verdict = PromptValidation.Check(graph, envelope.Targets);
        if (verdict.Graph is null) return Refused(verdict.Error!, verdict.NodeErrors);

        var job = new PromptJob(envelope.PromptId, envelope.Number ?? NextNumber(envelope.Front), clock.GetUtcNow())
        {
            Prompt = JsonSerializer.SerializeToElement(body["prompt"]),
            ExtraData = JsonSerializer.SerializeToElement(envelope.ExtraData),
            Graph = verdict.Graph,
            ClientId = envelope.ClientId,
        };
        return queue.TryAdd(job)
            ? new SubmissionResult(job, null, verdict.NodeErrors)
            : Refused(new PromptError("queue_full", "The queue is full", $"{queue.PendingCount} jobs wait already; try again later"));
    }

    private static SubmissionResult Refused(PromptError error, JsonObject? nodeErrors = null) => new(null, error, nodeErrors ?? []);

    private double NextNumber(bool front)
    {
        var number = Interlocked.Increment(ref _numbers);
        return front ? -number : number;
    }

    private (Envelope? Envelope, PromptError? Problem) ReadEnvelope(JsonObject body)
    {
        if (!TryReadNumber(body["number"], out var number))
            return (null, Invalid("number", "a finite number", body["number"]));
        if (!TryReadPromptId(body["prompt_id"], out var id))
            return (null, new PromptError("invalid_prompt_id", "prompt_id must be a valid UUID",
                "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one; got "
                + PythonText.Repr(body["prompt_id"])));
        if (body["client_id"] is { } client && client.AsText() is not { Length: <= MaxClientIdLength })
            return (null, Invalid("client_id", $"text of up to {MaxClientIdLength} characters", client));
        if (body["extra_data"] is not (null or JsonObject))
            return (null, Invalid("extra_data", "an object", body["extra_data"]));
        if (body["partial_execution_targets"] is { } targets && targets.AsTexts() is null)
            return (null, Invalid("partial_execution_targets", "a list of node ids", targets));

        var extraData = body["extra_data"]?.DeepClone().AsObject() ?? [];
        foreach (var secret in Secrets) extraData.Remove(secret);
        if (body["client_id"] is { } clientId) extraData["client_id"] = clientId.DeepClone();
        extraData["create_time"] = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return (new Envelope(
            id, number, IsTrue(body["front"]), extraData, extraData["client_id"].AsText(),
            body["partial_execution_targets"].AsTexts()?.ToHashSet(StringComparer.Ordinal)), null);
    }

    private static PromptError Invalid(string member, string expected, JsonNode? value) =>
        new("invalid_prompt", "Invalid prompt", $"{member} must be {expected}, got {PythonText.Repr(value)}");

    private static bool TryReadNumber(JsonNode? value, out double? number)
    {
        number = value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
        return value is null || (number is { } found && double.IsFinite(found));
    }

    /// <summary>Another spelling of the same id would be stored as it is and then missed by every look-up.</summary>
    private static bool TryReadPromptId(JsonNode? value, out string id)
    {
        id = Guid.NewGuid().ToString("D");
        if (value is null) return true;
        if (value.AsText() is not { } text || !JobIds.IsCanonical(text)) return false;
        id = text;
        return true;
    }

    private static bool IsTrue(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.GetValue<double>() != 0,
        _ => false,
    };

    /// <summary>All of the body but the workflow.</summary>
    private sealed record Envelope(
        string PromptId, double? Number, bool Front, JsonObject ExtraData, string? ClientId, IReadOnlySet<string>? Targets);
}

/// <summary>Either the queued job or the error; and what is wrong with single nodes, in both cases.</summary>
internal sealed record SubmissionResult(PromptJob? Job, PromptError? Error, JsonObject NodeErrors);

internal static class JobIds
{
    public static bool IsCanonical(string text) => Guid.TryParseExact(text, "D", out var id) && id.ToString("D") == text;
}
