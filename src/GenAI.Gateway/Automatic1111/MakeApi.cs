using System.Text.Json;
using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Automatic1111;

internal static class MakeApi
{
    private const int MaxTextBytes = 1 << 20;

    private const int MaxDepth = 32;

    public static void MapMake(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/txt2img", (HttpContext context) => MakeAsync(context, ofPicture: false));
        endpoints.MapPost("/img2img", (HttpContext context) => MakeAsync(context, ofPicture: true));
    }

    private static async Task MakeAsync(HttpContext context, bool ofPicture)
    {
        var services = context.RequestServices;
        var handler = services.GetRequiredService<MakeHandler>();
        if (await TryAsync() is { } failed) await services.GetRequiredService<ApiErrorWriter>().WriteAsync(context, failed);

        async Task<ApiError?> TryAsync()
        {
            var (terms, error) = OrderTerms.Read(context.Request, ofPicture ? "img2img" : "txt2img");
            if (terms is null) return error;
            var maxPicture = services.GetRequiredService<IOptions<ImagesOptions>>().Value.MaxPictureBytes;
            (var body, error) = await ReadAsync(context, ofPicture ? (4L * maxPicture / 3 * 2) + MaxTextBytes : MaxTextBytes);
            if (body is not { } json) return error;
            (var request, error) = MakeRequestReader.Read(json, ofPicture, maxPicture);
            if (request is null) return error;

            (var batch, error) = await handler.SubmitAsync(request, context.Caller(), terms, context.RequestAborted);
            if (batch is null) return error;
            context.Response.ShowJobs(batch);
            (var answer, error) = await handler.FinishAsync(request, json, batch, context.RequestAborted);
            if (answer is null) return error;
            await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
            return null;
        }
    }

    /// <summary>The body as JSON, whatever its content type says: clients of the web UI often say nothing.</summary>
    public static async Task<(JsonElement? Body, ApiError? Error)> ReadAsync(HttpContext context, long maxBytes)
    {
        var (body, error) = await context.ReadJsonAsync(maxBytes, MaxDepth);
        return (body, error is null ? null : error with { Status = StatusCodes.Status422UnprocessableEntity, Code = "json_invalid", Param = "" });
    }
}
