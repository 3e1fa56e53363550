using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.Imaging;
using GenAI.ModelServer.Imaging.Png;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary>
/// <c>/view</c>: the images. <c>preview=webp;90</c> asks for a smaller encoding; without an encoder for it the PNG itself is
/// the answer, under its own content type. <c>channel=rgb</c> drops the alpha channel, <c>channel=a</c> shows it alone.
/// </summary>
internal static class ViewApi
{
    private const string Png = "image/png";

    /// <summary>A browser would run these: they are handed out as downloads, whatever was uploaded.</summary>
    private static readonly string[] Active =
    [
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml",
        "text/css", "text/javascript", "application/javascript",
    ];

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    public static void MapViewApi(this IEndpointRouteBuilder routes) => routes.MapGet("/view", View);

    private static IResult View(
        HttpContext context, ServerFolders folders, string? filename, string? subfolder, string? type, string? channel)
    {
        if (string.IsNullOrEmpty(filename)) return ComfyResults.BadRequest("filename is missing");
        var (name, annotated) = ServerFolders.Annotation(filename);
        if (folders.Root(annotated ?? type ?? ServerFolders.Output) is not { } root)
            return ComfyResults.BadRequest($"type must be output, input or temp, got '{type}'");
        if (name.StartsWith('/') || name.Contains("..", StringComparison.Ordinal))
            return ComfyResults.BadRequest($"filename must be a plain file name, got '{filename}'");
        if (ServerFolders.Resolve(root, subfolder ?? "", Path.GetFileName(name)) is not { } path)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!File.Exists(path)) return Results.NotFound();

        context.Response.Headers.XContentTypeOptions = "nosniff";
        return channel switch
        {
            "rgb" => Recoded(path, image => PngWriter.Write(image.Picture, [])),
            "a" => Recoded(path, image => AlphaPng.Write(Black(image.Picture), image.Alpha, [])),
            _ => Original(context, path),
        };
    }

    private static IResult Original(HttpContext context, string path)
    {
        var contentType = ContentTypes.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        var isActive = Active.Contains(contentType);
        var disposition = new ContentDispositionHeaderValue(isActive ? "attachment" : "inline");
        disposition.SetHttpFileName(Path.GetFileName(path));
        context.Response.Headers.ContentDisposition = disposition.ToString();
        return Results.File(
            path, isActive ? "application/octet-stream" : contentType,
            lastModified: new DateTimeOffset(File.GetLastWriteTimeUtc(path)), enableRangeProcessing: true);
    }

    private static IResult Recoded(string path, Func<DecodedPng, byte[]> encode)
    {
        try
        {
            return Results.Bytes(encode(PngReader.Read(File.ReadAllBytes(path), PictureLimits.Default)), Png);
        }
        catch (InvalidDataException exception)
        {
            return ComfyResults.BadRequest($"channel can be chosen for PNG images only. {exception.Message}");
        }
    }

    private static Picture Black(Picture picture) => new(picture.Width, picture.Height, new byte[picture.Rgb.Length]);
}
