using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace GenAI.Gateway.Errors;

/// <summary>RFC 9457 problem details, with <c>code</c> and <c>traceId</c> beside the standard members.</summary>
internal sealed class ProblemDetailsShape : IErrorShape
{
    public string ContentType => "application/problem+json; charset=utf-8";

    public object Body(ApiError error, string traceId) => new ProblemDetails
    {
        Status = error.Status,
        Title = ReasonPhrases.GetReasonPhrase(error.Status),
        Detail = error.Message,
        Extensions = { ["code"] = error.Code, ["traceId"] = traceId },
    };
}
