using System.Text.Json.Serialization;

namespace GenAI.Gateway.Errors;

public sealed record ComfyUIErrorBody(
    [property: JsonPropertyName("error")] ComfyUIErrorDetail Error,
    [property: JsonPropertyName("node_errors")] IReadOnlyDictionary<string, object> NodeErrors);

public sealed record ComfyUIErrorDetail(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("details")] string Details,
    [property: JsonPropertyName("extra_info")] ComfyUIExtraInfo ExtraInfo);

public sealed record ComfyUIExtraInfo([property: JsonPropertyName("trace_id")] string TraceId);
