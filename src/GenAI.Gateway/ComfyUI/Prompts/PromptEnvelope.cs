using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Graphs;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.ComfyUI.Prompts;

/// <summary>All of the body of <c>POST /prompt</c> but the workflow.</summary>
/// <param name="PromptId">The client's; null lets the gateway draw one.</param>
/// <param name="Number">Where the client wants the prompt in the queue; lower is earlier.</param>
/// <param name="ExtraData">As the instance and listings get it.</param>
/// <param name="Targets">The only output nodes wanted; null for all.</param>
internal sealed record PromptEnvelope(
    string? PromptId, double? Number, bool Front, JsonObject ExtraData, string? ClientId, IReadOnlySet<string>? Targets)
{
    private const int MaxClientIdLength = 256;
    private const int MaxWorkflowIdLength = 256;

    /// <summary>Where ComfyUI's page says which workflow it sent; one too long to be kept is as good as none.</summary>
    public string? WorkflowId =>
        ((ExtraData["extra_pnginfo"] as JsonObject)?["workflow"] as JsonObject)?["id"].AsText() is { Length: > 0 and <= MaxWorkflowIdLength } id ? id : null;

    /// <summary>Reads it, or says what is wrong with it.</summary>
    public static (PromptEnvelope? Envelope, PromptError? Error) Read(JsonObject body, DateTimeOffset now)
    {
        if (!body.ContainsKey("prompt")) return (null, new PromptError("no_prompt", "No prompt provided", "No prompt provided"));
        if (!TryReadNumber(body["number"], out var number)) return (null, Invalid("number", "a finite number", body["number"]));
        var id = body["prompt_id"];
        if (id is not null && !(id.AsText() is { } text && IsCanonical(text)))
        {
            return (null, new PromptError("invalid_prompt_id", "prompt_id must be a valid UUID",
                "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one; got " + PythonText.Repr(id)));
        }

        if (body["client_id"] is { } client && client.AsText() is not { Length: <= MaxClientIdLength })
            return (null, Invalid("client_id", $"text of up to {MaxClientIdLength} characters", client));
        if (body["extra_data"] is not (null or JsonObject)) return (null, Invalid("extra_data", "an object", body["extra_data"]));
        if (body["partial_execution_targets"] is { } targets && targets.AsTexts() is null)
            return (null, Invalid("partial_execution_targets", "a list of node ids", targets));

        var extraData = body["extra_data"]?.DeepClone().AsObject() ?? [];
        if (body["client_id"] is { } clientId) extraData["client_id"] = clientId.DeepClone();
        extraData["create_time"] = now.ToUnixTimeMilliseconds();
        return (new PromptEnvelope(
            id.AsText(), number, body["front"].IsTruthy(), extraData,
            extraData["client_id"].AsText() is { Length: > 0 and <= MaxClientIdLength } listener ? listener : null,
            body["partial_execution_targets"].AsTexts()?.ToHashSet(StringComparer.Ordinal)), null);
    }

    /// <summary>Another spelling of the same id would be stored as it is and then missed by every look-up.</summary>
    public static bool IsCanonical(string text) => Guid.TryParseExact(text, "D", out var id) && id.ToString("D") == text;

    private static PromptError Invalid(string member, string expected, JsonNode? value) =>
        new("invalid_prompt", "Invalid prompt", $"{member} must be {expected}, got {PythonText.Repr(value)}");

    private static bool TryReadNumber(JsonNode? value, out double? number)
    {
        number = value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
        return value is null || (number is { } found && double.IsFinite(found));
    }
}
