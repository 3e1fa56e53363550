using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Errors;
using Microsoft.Net.Http.Headers;

namespace GenAI.Gateway.ComfyUI.Files;

/// <summary>
/// <c>/view</c>: what jobs made and clients uploaded, as the gateway named it. <c>preview=webp;90</c> and <c>channel=rgb|a</c> are made by an
/// instance; without one the file itself stands for its preview.
/// </summary>
internal static class ViewApi
{
    /// <summary>A browser would run these: they are handed out as downloads, whatever was uploaded.</summary>
    private static readonly string[] Active =
    [
        "text/html", "text/html-sandboxed", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/css", "text/javascript",
        "application/javascript", "application/x-javascript", "application/ecmascript", "text/ecmascript",
    ];

    public static void MapView(this OwnedRoutes routes) => routes.Get("/view", View);

    private static async Task<IResult> View(
        VirtualComfyUI comfy, HttpContext context, PictureViews pictures, string? filename, string? subfolder, string? type, string? preview, string? channel,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(filename)) return Answers.BadRequest("filename is missing");
        var (path, annotated) = FileName.Annotation(filename);
        var folder = annotated ?? (string.IsNullOrEmpty(type) ? FileName.Output : type);
        if (!FileName.IsType(folder)) return Answers.BadRequest($"type must be output, input or temp, got {PythonText.Repr(folder)}");
        if (path.StartsWith('/') || path.Contains("..", StringComparison.Ordinal) || FileName.TryMake(folder, "", Path.GetFileName(path)) is null)
            return Answers.BadRequest($"filename must be a plain file name, got {PythonText.Repr(filename)}");
        if (FileName.TryMake(folder, subfolder, Path.GetFileName(path)) is not { } name)
            return Answers.Forbidden($"subfolder must lie inside the {folder} folder, got {PythonText.Repr(subfolder ?? "")}");

        var recoding = channel is "rgb" or "a" ? $"channel={channel}" : string.IsNullOrEmpty(preview) ? null : $"preview={Uri.EscapeDataString(preview)}";
        if (await pictures.FindAsync(comfy, name, cancellationToken) is not { } stored)
        {
            return await pictures.AskInstancesAsync(comfy, context.Request.QueryString.Value?.TrimStart('?') ?? "", cancellationToken) is var (found, foundType)
                ? Send(context, name, foundType, contentType => Results.Bytes(found, contentType))
                : Answers.NotFound($"There is no {folder} file '{name.Name}' that this key may see.");
        }

        if (recoding is not null && await pictures.RecodeAsync(comfy.Model, stored, recoding, cancellationToken) is var (recoded, recodedType))
            return Send(context, name, recodedType, contentType => Results.Bytes(recoded, contentType));
        if (channel is "rgb" or "a")
        {
            return Answers.Error(new ApiError(StatusCodes.Status503ServiceUnavailable, "channel_unavailable",
                $"No instance of '{comfy.Name}' can separate the channels of '{name.Name}' now; leave channel out for the whole picture."));
        }

        if (pictures.Open(stored) is not { } content) return Answers.NotFound($"'{name.Name}' is not kept any more.");
        return Send(context, name, stored.ContentType, contentType => Results.Stream(
            content, contentType, entityTag: new EntityTagHeaderValue($"\"{stored.Hash}\""), enableRangeProcessing: true));
    }

    private static IResult Send(HttpContext context, FileName name, string contentType, Func<string, IResult> send)
    {
        var isActive = Active.Contains(contentType, StringComparer.OrdinalIgnoreCase) || contentType.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);
        var disposition = new ContentDispositionHeaderValue(isActive ? "attachment" : "inline");
        disposition.SetHttpFileName(name.Name);
        var headers = context.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.XContentTypeOptions = "nosniff";
        // Names come free again when jobs are forgotten, and what a key may see is nobody else's business.
        headers.CacheControl = "private, no-cache";
        return send(isActive ? "application/octet-stream" : contentType);
    }
}
