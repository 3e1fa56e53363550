using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GenAI.Gateway.Errors;

/// <summary>Answers a request with an <see cref="ApiError"/> in the shape of the API that the client speaks.</summary>
internal sealed class ApiErrorWriter(ErrorShapes shapes)
{
    // Only ever sent as JSON, so that quotes in a message need no escape for HTML's sake.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        var shape = shapes.For(context.Request.Path);

        response.StatusCode = error.Status;
        response.Headers["x-request-id"] = traceId;
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            // OpenAI's clients look here first.
            response.Headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        // OpenAI's clients retry every 5xx unless they are told not to.
        if (error.Retry is { } retry) response.Headers["x-should-retry"] = retry ? "true" : "false";

        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        var body = shape.Body(error, traceId);
        return response.WriteAsJsonAsync(body, body.GetType(), Json, shape.ContentType, context.RequestAborted);
    }
}
