using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace GenAI.ServiceDefaults.Errors;

/// <summary>
/// A request that the server could not read (malformed JSON, a missing parameter, a body that is too large) has the status
/// that the exception carries, 400 or 413 and so on; every other exception is a 500 that says nothing about itself.
/// </summary>
internal sealed class ExceptionAnswer(IProblemDetailsService problemDetails) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var bad = exception as BadHttpRequestException;
        var problem = new ProblemDetails { Status = bad?.StatusCode ?? StatusCodes.Status500InternalServerError, Detail = Describe(bad) };
        httpContext.Response.StatusCode = problem.Status.Value;

        if (!await problemDetails.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem }))
            // The client accepts no JSON (a browser): the status and a line of text must do.
            await httpContext.Response.WriteAsync($"{problem.Status} {problem.Title} {problem.Detail}".Trim(), cancellationToken);
        return true;
    }

    /// <summary>The framework's message, which names the parameter, or where the error is in the JSON.</summary>
    private static string? Describe(BadHttpRequestException? exception) => exception?.InnerException is JsonException json
        ? $"The request body is not the JSON expected, at {json.Path ?? "$"} (line {json.LineNumber + 1}, position {json.BytePositionInLine + 1})."
        : exception?.Message;
}
