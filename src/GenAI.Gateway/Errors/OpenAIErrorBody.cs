using System.Text.Json.Serialization;

namespace GenAI.Gateway.Errors;

public sealed record OpenAIErrorBody([property: JsonPropertyName("error")] OpenAIErrorDetail Error);

public sealed record OpenAIErrorDetail(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("trace_id")] string TraceId);
