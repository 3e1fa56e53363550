using System.Net;

namespace GenAI.Contracts.Access;

/// <summary>The gateway answered, and said no.</summary>
/// <param name="status">What it answered.</param>
/// <param name="code">Short and stable, for programs: <c>invalid_api_key</c>; null when the answer was none of the gateway's.</param>
/// <param name="message">For people.</param>
/// <param name="traceId">By which the gateway's log has it.</param>
public sealed class AccessRefusedException(HttpStatusCode status, string? code, string message, string? traceId) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string? Code { get; } = code;

    public string? TraceId { get; } = traceId;
}
