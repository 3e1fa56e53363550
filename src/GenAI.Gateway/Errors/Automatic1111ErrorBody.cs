using System.Text.Json.Serialization;

namespace GenAI.Gateway.Errors;

/// <param name="Error">The kind of the error.</param>
/// <param name="Detail">For people.</param>
public sealed record Automatic1111ErrorBody(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("body")] string Body,
    [property: JsonPropertyName("errors")] string Errors,
    [property: JsonPropertyName("trace_id")] string TraceId);

/// <summary>What FastAPI answers with status 422, with our <c>trace_id</c> beside it.</summary>
public sealed record Automatic1111ValidationBody(
    [property: JsonPropertyName("detail")] IReadOnlyList<Automatic1111ValidationDetail> Detail,
    [property: JsonPropertyName("trace_id")] string TraceId);

/// <param name="Location"><c>["body", member]</c>.</param>
public sealed record Automatic1111ValidationDetail(
    [property: JsonPropertyName("loc")] IReadOnlyList<string> Location,
    [property: JsonPropertyName("msg")] string Message,
    [property: JsonPropertyName("type")] string Type);
