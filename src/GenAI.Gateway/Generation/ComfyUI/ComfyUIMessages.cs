using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GenAI.Gateway.Generation.ComfyUI;

// The parts of ComfyUI's wire records that a job needs. Everything is optional: what is not there is treated, not thrown at.

internal sealed record PromptRequest(
    [property: JsonPropertyName("prompt")] JsonObject Prompt,
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("prompt_id")] string PromptId);

internal sealed record PromptResponse([property: JsonPropertyName("prompt_id")] string? PromptId);

internal sealed record SocketMessage(
    [property: JsonPropertyName("type")] string? Type,
    [property: JsonPropertyName("data")] JsonElement Data);

internal sealed record QueueResponse(
    [property: JsonPropertyName("queue_running")] JsonElement[]? Running,
    [property: JsonPropertyName("queue_pending")] JsonElement[]? Pending)
{
    public bool IsRunning(string promptId) => Running?.Any(item => Is(item, promptId)) == true;

    public bool IsPending(string promptId) => Pending?.Any(item => Is(item, promptId)) == true;

    /// <summary>An item is <c>[number, prompt_id, prompt, extra_data, outputs]</c>.</summary>
    private static bool Is(JsonElement item, string promptId) =>
        item.ValueKind == JsonValueKind.Array && item.GetArrayLength() > 1
        && item[1].ValueKind == JsonValueKind.String && item[1].ValueEquals(promptId);
}

internal sealed record HistoryEntry(
    [property: JsonPropertyName("outputs")] Dictionary<string, NodeOutput>? Outputs,
    [property: JsonPropertyName("status")] HistoryStatus? Status)
{
    public ImageName? FirstImage => Outputs?.Values.SelectMany(output => output.Images ?? []).FirstOrDefault();
}

internal sealed record NodeOutput([property: JsonPropertyName("images")] ImageName[]? Images);

internal sealed record ImageName(
    [property: JsonPropertyName("filename")] string? Filename,
    [property: JsonPropertyName("subfolder")] string? Subfolder,
    [property: JsonPropertyName("type")] string? Type);

/// <param name="StatusText"><c>success</c> or <c>error</c>.</param>
/// <param name="Messages">Pairs of an event's name and its data.</param>
internal sealed record HistoryStatus(
    [property: JsonPropertyName("status_str")] string? StatusText,
    [property: JsonPropertyName("messages")] JsonElement[]? Messages)
{
    /// <summary>What the model server says of the failure.</summary>
    public string Failure() => Messages?
        .Where(message => message.ValueKind == JsonValueKind.Array && message.GetArrayLength() > 1)
        .Select(message => Describe(message[0].ToString(), message[1]))
        .LastOrDefault(text => text is not null) ?? "it gives no reason";

    private static string? Describe(string name, JsonElement data) => name switch
    {
        "execution_interrupted" => "the job was interrupted",
        "execution_error" when data.ValueKind == JsonValueKind.Object && data.TryGetProperty("exception_message", out var message) =>
            message.ToString(),
        _ => null,
    };
}
