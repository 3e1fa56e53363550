namespace Microsoft.Extensions.Http.Resilience.Pipelines;

/// <summary>Which requests share a limiter and a circuit breaker: those of one key. One key for all unless set.</summary>
internal sealed class PipelineSelection
{
    public Func<HttpRequestMessage, string> KeyOf { get; set; } = _ => "";
}
