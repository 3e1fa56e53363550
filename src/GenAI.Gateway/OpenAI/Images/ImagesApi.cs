using System.Text.Json;
using GenAI.Gateway.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

internal static class ImagesApi
{
    /// <summary>32,000 characters, each perhaps an escape of six bytes, and room for the rest.</summary>
    private const int MaxBodyBytes = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public static void MapImages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/images/generations", GenerateAsync);
        endpoints.MapGet("/images/files/{id}.png", Download);
    }

    private static async Task GenerateAsync(HttpContext context, ImagesHandler handler, ApiErrorWriter errors, IOptions<OpenAIOptions> options)
    {
        var (request, error) = await ReadAsync(context);
        if (request is null)
        {
            await errors.WriteAsync(context, error!);
            return;
        }

        var root = options.Value.PublicUrl ?? RootOf(context.Request);
        if (root is null && request.AsUrl)
        {
            await errors.WriteAsync(context, NoAddress(context.Request));
            return;
        }

        (var response, error) = await handler.GenerateAsync(
            request, id => new Uri(root!, $"/v1/images/files/{id}.png"), context.RequestAborted);
        if (response is null) await errors.WriteAsync(context, error!);
        else await context.Response.WriteAsJsonAsync(response, context.RequestAborted);
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

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, Strict, context.RequestAborted);
            return ImageRequestReader.Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_json",
                $"The body of the request is not valid JSON (line {exception.LineNumber + 1}, position {exception.BytePositionInLine + 1})."));
        }
    }

    private static IResult Download(string id, ImageFiles files, HttpContext context)
    {
        if (files.Find(id) is not { } image) return Results.NotFound();
        context.Response.Headers.CacheControl = "private, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(image, "image/png");
    }
}
