using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>Answers in ComfyUI's shapes.</summary>
internal static class Answers
{
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>Only ever sent as JSON, so that nothing needs an escape for HTML's sake.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Json(JsonNode body, int status = StatusCodes.Status200OK) =>
        Results.Text(JsonSerializer.SerializeToUtf8Bytes(body, Relaxed), JsonType, status);

    public static IResult Json(ReadOnlyMemory<byte> utf8) => Results.Bytes(utf8, JsonType);

    /// <summary>Writes the body as it is made, so that a long listing is never whole in memory.</summary>
    public static IResult Json(Func<Utf8JsonWriter, CancellationToken, Task> write) => new StreamedJson(write);

    public static IResult Error(ApiError error) => new ErrorAnswer(error);

    public static IResult BadRequest(string details) =>
        Error(new ApiError(StatusCodes.Status400BadRequest, "invalid_request", "Invalid request") { Param = details });

    public static IResult Forbidden(string message) => Error(new ApiError(StatusCodes.Status403Forbidden, "forbidden", message));

    public static IResult NotFound(string message) => Error(new ApiError(StatusCodes.Status404NotFound, "not_found", message));

    /// <summary>The Jobs API's shape: <c>{"error": "…"}</c>.</summary>
    public static IResult JobsError(string message, int status = StatusCodes.Status400BadRequest) =>
        Json(new JsonObject { ["error"] = message, ["trace_id"] = Activity.Current?.TraceId.ToHexString() }, status);

    private sealed class ErrorAnswer(ApiError error) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            httpContext.RequestServices.GetRequiredService<ApiErrorWriter>().WriteAsync(httpContext, error);
    }

    private sealed class StreamedJson(Func<Utf8JsonWriter, CancellationToken, Task> write) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = JsonType;
            await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, Writing);
            await write(writer, httpContext.RequestAborted);
            await writer.FlushAsync(httpContext.RequestAborted);
        }
    }
}
