using System.Text.Json.Serialization;

namespace GenAI.Gateway.Webhooks;

/// <summary>What is told of a job's end.</summary>
/// <param name="Type"><c>job.completed</c>, <c>job.failed</c>, <c>job.cancelled</c> or <c>job.lost</c>.</param>
/// <param name="Timestamp">Of the end.</param>
public sealed record WebhookMessage(
    [property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp, [property: JsonPropertyName("data")] WebhookJob Job);

/// <param name="Failure">Why there are no images; null when there are.</param>
/// <param name="IdempotencyKey">As the request brought it; null when it brought none.</param>
public sealed record WebhookJob(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("failure")] string? Failure,
    [property: JsonPropertyName("idempotency_key")] string? IdempotencyKey,
    [property: JsonPropertyName("images")] IReadOnlyList<WebhookImage> Images);

/// <param name="Url">Signed, and good for as long as <c>GenAI:OpenAI:ImageLifetime</c> says; from the gateway's root on where it knows no <c>PublicUrl</c>.</param>
public sealed record WebhookImage(
    [property: JsonPropertyName("url")] string Url, [property: JsonPropertyName("content_type")] string ContentType, [property: JsonPropertyName("bytes")] long Bytes);
