using System.Globalization;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.OpenAI.Images;

internal static class ImageFilesApi
{
    public static void MapImageFiles(this IEndpointRouteBuilder endpoints)
    {
        // Its secret is read, or drawn and written, before the first request.
        endpoints.ServiceProvider.GetRequiredService<ImageAddresses>();
        endpoints.MapMethods("/images/files/{name}", [HttpMethods.Get, HttpMethods.Head], DownloadAsync);
    }

    private static async Task DownloadAsync(
        string name, HttpContext context, ImageAddresses addresses, ContentStore contents, ApiErrorWriter errors, TimeProvider clock)
    {
        var query = context.Request.Query;
        if (addresses.Check(name, query[ImageAddresses.Expires], query[ImageAddresses.Signature]) is not { } until)
        {
            await errors.WriteAsync(context, new ApiError(StatusCodes.Status404NotFound, "not_found", "There is no such image, or the address is not whole."));
            return;
        }

        await using var content = clock.GetUtcNow() < until ? contents.OpenRead(name[..name.IndexOf('.', StringComparison.Ordinal)]) : null;
        if (content is null)
        {
            await errors.WriteAsync(context, new ApiError(StatusCodes.Status410Gone, "image_gone", $"The address was good until {until:u}, and the image for as long as it was kept."));
            return;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)(until - clock.GetUtcNow()).TotalSeconds}, immutable");
        headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = Path.GetExtension(name) switch { ".jpg" => "image/jpeg", ".webp" => "image/webp", _ => "image/png" };
        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(context.Request.Method)) await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
