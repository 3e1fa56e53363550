using System.Text;
using System.Text.Json.Nodes;
using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Graphs;
using GenAI.ModelServer.Imaging.Png;
using GenAI.ServiceDefaults.Json;

namespace GenAI.ModelServer.ComfyUI.Api;

/// <summary><c>/upload/image</c> and <c>/upload/mask</c>: pictures for LoadImage, as multipart forms.</summary>
internal static class UploadApi
{
    public static void MapUploadApi(this IEndpointRouteBuilder routes, LimitOptions limits)
    {
        routes.MapPost("/upload/image", UploadImage).WithMetadata(new MaxBody(limits.UploadBytes));
        routes.MapPost("/upload/mask", UploadMask).WithMetadata(new MaxBody(limits.UploadBytes));
    }

    private static async Task<IResult> UploadImage(HttpRequest request, UploadStore store, ModelServerOptions options)
    {
        var (upload, problem) = await ReadAsync(request, options);
        return upload is null ? problem! : Save(store, upload, upload.Content);
    }

    /// <summary>Stores the picture named by <c>original_ref</c> with the alpha channel of the uploaded one.</summary>
    private static async Task<IResult> UploadMask(HttpRequest request, UploadStore store, ServerFolders folders, ModelServerOptions options)
    {
        var (upload, problem) = await ReadAsync(request, options);
        if (upload is null) return problem!;
        if (FindOriginal(request.Form["original_ref"].ToString(), folders) is not { } path)
            return ComfyResults.BadRequest("original_ref must be JSON {filename, subfolder, type} of an existing image");

        try
        {
            var file = await File.ReadAllBytesAsync(path, request.HttpContext.RequestAborted);
            var original = PngReader.Read(file, PictureLimits.Default);
            var mask = PngReader.Read(upload.Content, PictureLimits.Default);
            var (wanted, got) = ((original.Picture.Width, original.Picture.Height), (mask.Picture.Width, mask.Picture.Height));
            if (got != wanted)
                return ComfyResults.BadRequest($"the mask must have the size of the original, {wanted}; got {got}");
            return Save(store, upload, AlphaPng.Write(original.Picture, mask.Alpha, PngReader.ReadText(file)));
        }
        catch (InvalidDataException exception)
        {
            return ComfyResults.BadRequest($"mask and original must be PNG images. {exception.Message}");
        }
    }

    private static IResult Save(UploadStore store, Upload upload, byte[] content)
    {
        var outcome = store.Save(upload.Place, content);
        return outcome.Filename is { } name
            ? ComfyResults.Json(new JsonObject { ["name"] = name, ["subfolder"] = upload.Place.Subfolder, ["type"] = upload.Place.Type })
            : ComfyResults.BadRequest(outcome.Refusal!);
    }

    private static async Task<(Upload? Upload, IResult? Problem)> ReadAsync(HttpRequest request, ModelServerOptions options)
    {
        if (!request.HasFormContentType) return (null, ComfyResults.BadRequest("the body must be multipart/form-data with a file 'image'"));
        try
        {
            var form = await request.ReadFormAsync(
                new() { MultipartBodyLengthLimit = options.Limits.UploadBytes, ValueCountLimit = 64 }, request.HttpContext.RequestAborted);
            if (form.Files["image"] is not { FileName.Length: > 0 } file)
                return (null, ComfyResults.BadRequest("the form must have a file 'image' with a file name"));

            var content = new byte[file.Length];
            await using (var stream = file.OpenReadStream()) await stream.ReadExactlyAsync(content, request.HttpContext.RequestAborted);
            var type = form["type"].ToString() is { Length: > 0 } given ? given : ServerFolders.Input;
            var place = new UploadPlace(file.FileName, form["subfolder"].ToString(), type, form["overwrite"].ToString() is "true" or "1");
            return (new Upload(place, content), null);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, RequestLimits.Refusal(exception));
        }
        // An IOException: the form ends within one of its parts.
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return (null, ComfyResults.BadRequest($"the form cannot be read: {exception.Message}"));
        }
    }

    private static string? FindOriginal(string reference, ServerFolders folders)
    {
        if (JsonText.TryParseObject(Encoding.UTF8.GetBytes(reference)) is not { } json || json["filename"].AsText() is not { } filename) return null;
        var (name, annotated) = ServerFolders.Annotation(filename);
        if (folders.Root(annotated ?? json["type"].AsText() ?? ServerFolders.Output) is not { } root) return null;
        return ServerFolders.Resolve(root, json["subfolder"].AsText() ?? "", name) is { } path && File.Exists(path) ? path : null;
    }

    private sealed record Upload(UploadPlace Place, byte[] Content);
}
