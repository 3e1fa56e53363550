namespace GenAI.Gateway.Errors;

/// <summary><c>{"error":{"type","message","details","extra_info"},"node_errors":{}}</c>, as ComfyUI answers a refused prompt.</summary>
internal sealed class ComfyUIErrorShape : IErrorShape
{
    public string ContentType => "application/json; charset=utf-8";

    public object Body(ApiError error, string traceId) =>
        new ComfyUIErrorBody(
            new ComfyUIErrorDetail(error.Code, error.Message, error.Param ?? "", new ComfyUIExtraInfo(traceId)),
            new Dictionary<string, object>(StringComparer.Ordinal));
}
