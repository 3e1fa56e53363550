using GenAI.Gateway.Access;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

internal static class ImagesApi
{
    /// <summary>32,000 characters, each perhaps an escape of six bytes, and room for the rest.</summary>
    private const int MaxBodyBytes = 1 << 20;

    private const int MaxDepth = 8;

    public static void MapImages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/images/generations", (HttpContext context) => MakeAsync(context, ReadAsync, "image_generation"));
        endpoints.MapPost("/images/edits", (HttpContext context) => MakeAsync(context, ReadEditAsync, "image_edit"));
        endpoints.MapPost("/images/variations", (HttpContext context) => MakeAsync(context, ReadVariationAsync, "image_variation"));
    }

    /// <param name="read">Reads the request's body.</param>
    /// <param name="operation">The first part of its events' names.</param>
    private static async Task MakeAsync(HttpContext context, Func<HttpContext, Task<(ImageRequest? Request, ApiError? Error)>> read, string operation)
    {
        var services = context.RequestServices;
        var handler = services.GetRequiredService<ImagesHandler>();
        if (await TryAsync() is { } failed) await services.GetRequiredService<ApiErrorWriter>().WriteAsync(context, failed);

        async Task<ApiError?> TryAsync()
        {
            var (terms, error) = OrderTerms.Read(context.Request, "openai");
            if (terms is null) return error;
            (var request, error) = await read(context);
            if (request is null) return error;
            var options = services.GetRequiredService<IOptions<OpenAIOptions>>().Value;
            // Events carry the images themselves.
            request = request with { AsUrl = request.AsUrl ?? (options.ResponseFormat == "url" && !request.Stream) };
            var root = options.PublicUrl ?? RootOf(context.Request);
            if (root is null && request.AsUrl is true) return NoAddress(context.Request);

            (var batch, error) = await handler.SubmitAsync(request, context.Caller(), terms, context.RequestAborted);
            if (batch is null) return error;
            context.Response.ShowJobs(batch);
            if (request.Stream)
            {
                await services.GetRequiredService<ImageStreams>().WriteAsync(context, request, batch, operation);
                return null;
            }

            (var response, error) = await handler.FinishAsync(request, batch, root, context.RequestAborted);
            if (response is null) return error;
            await context.Response.WriteAsJsonAsync(response, context.RequestAborted);
            return null;
        }
    }

    /// <summary>Null when the request names no host, which HTTP/1.0 allows.</summary>
    private static Uri? RootOf(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var root) ? root : null;

    private static ApiError NoAddress(HttpRequest request) =>
        new(StatusCodes.Status400BadRequest, "invalid_host",
            $"The Host header is '{request.Host}'; expected a host of which the image's address can be made, or response_format b64_json.")
        {
            Param = "response_format",
        };

    private static async Task<(ImageRequest? Request, ApiError? Error)> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
                $"The content type is '{context.Request.ContentType}'; expected application/json."));
        }

        var (body, error) = await context.ReadJsonAsync(MaxBodyBytes, MaxDepth);
        return body is not { } json ? (null, error) : ImageRequestReader.Read(json);
    }

    private static async Task<(ImageRequest? Request, ApiError? Error)> ReadEditAsync(HttpContext context)
    {
        var (form, error) = await ImageFormReader.ReadAsync(context, withMask: true, MaxPictureBytes(context));
        return form is null ? (null, error) : ImageRequestReader.ReadEdit(form.Texts, form.Picture, form.Mask);
    }

    private static async Task<(ImageRequest? Request, ApiError? Error)> ReadVariationAsync(HttpContext context)
    {
        var (form, error) = await ImageFormReader.ReadAsync(context, withMask: false, MaxPictureBytes(context));
        return form is null ? (null, error) : ImageRequestReader.ReadVariation(form.Texts, form.Picture);
    }

    private static int MaxPictureBytes(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<ImagesOptions>>().Value.MaxPictureBytes;
}
