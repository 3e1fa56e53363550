using GenAI.Gateway.Jobs.Journal;
using Microsoft.AspNetCore.Diagnostics;

namespace GenAI.Gateway.Errors;

/// <summary>
/// What the server threw while reading a request becomes that request's error, and a journal that is away a reason to come again; anything else
/// is a fault of ours, logged by the exception middleware and answered without its details.
/// </summary>
internal sealed class ApiExceptionHandler(ApiErrorWriter writer) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(httpContext, exception switch
        {
            // The server names the limit that applied, which a route may have lowered.
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large =>
                new ApiError(large.StatusCode, "request_too_large", large.Message),
            BadHttpRequestException bad => new ApiError(bad.StatusCode, "bad_request", bad.Message),
            JournalException => ApiError.JournalUnavailable,
            _ => new ApiError(StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed to handle the request."),
        });
        return true;
    }
}
