using System.Text;
using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Files;
using GenAI.Gateway.ComfyUI.Wire;
using GenAI.Gateway.Errors;
using GenAI.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary><c>/upload/image</c> and <c>/upload/mask</c>: files for LoadImage and its like, as multipart forms.</summary>
internal static class UploadApi
{
    /// <summary>What a form may have beside its file.</summary>
    private const int FormBytes = 64 << 10;

    public static void MapUploads(this OwnedRoutes routes, long maxFileBytes)
    {
        routes.Post("/upload/image", UploadImage, maxFileBytes + FormBytes);
        routes.Post("/upload/mask", UploadMask, maxFileBytes + FormBytes);
    }

    private static async Task<IResult> UploadImage(
        VirtualComfyUI comfy, HttpRequest request, UploadStore store, IOptions<ComfyUIOptions> options, CancellationToken cancellationToken)
    {
        var (form, problem) = await ReadAsync(request, options.Value.Uploads, cancellationToken);
        if (form is null) return problem!;
        await using var content = form.File.OpenReadStream();
        return await SaveAsync(comfy, form, store, content, cancellationToken);
    }

    /// <summary>Stores the picture named by <c>original_ref</c> with the alpha channel of the uploaded one; an instance makes it.</summary>
    private static async Task<IResult> UploadMask(
        VirtualComfyUI comfy, HttpRequest request, UploadStore store, PictureViews pictures, IOptions<ComfyUIOptions> options, CancellationToken cancellationToken)
    {
        var (form, problem) = await ReadAsync(request, options.Value.Uploads, cancellationToken);
        if (form is null) return problem!;
        var reference = JsonText.TryParseObject(Encoding.UTF8.GetBytes(form.OriginalRef));
        var (path, type) = FileName.Annotation(reference?["filename"].AsText() ?? "");
        var name = FileName.TryMake(type ?? reference?["type"].AsText() ?? FileName.Output, reference?["subfolder"].AsText(), path);
        if (name is null || await pictures.FindAsync(comfy, name.Value, cancellationToken) is not { } original)
            return Answers.BadRequest("original_ref must be JSON {filename, subfolder, type} of an existing image");

        await using var mask = form.File.OpenReadStream();
        var (picture, error) = await pictures.MaskAsync(comfy.Model, original, mask, cancellationToken);
        if (picture is null) return error!;
        await using var content = new MemoryStream(picture, writable: false);
        return await SaveAsync(comfy, form, store, content, cancellationToken);
    }

    private static async Task<IResult> SaveAsync(VirtualComfyUI comfy, UploadForm form, UploadStore store, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            var (name, refusal) = await store.SaveAsync(comfy.Caller.Id, form.Place, form.Overwrite, content, cancellationToken);
            if (name is null)
                return Answers.Error(new ApiError(StatusCodes.Status413PayloadTooLarge, "uploads_full", $"The upload was not kept: {refusal}."));
            return Answers.Json(new JsonObject { ["name"] = name, ["subfolder"] = form.Place.Subfolder, ["type"] = form.Place.Type });
        }
        catch (IOException exception)
        {
            return Answers.Error(new ApiError(StatusCodes.Status503ServiceUnavailable, "upload_not_stored", $"The upload could not be stored: {exception.Message}")
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            });
        }
    }

    private static async Task<(UploadForm? Form, IResult? Problem)> ReadAsync(HttpRequest request, UploadOptions options, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType) return (null, Answers.BadRequest("the body must be multipart/form-data with a file 'image'"));
        try
        {
            var form = await request.ReadFormAsync(
                new FormOptions { MultipartBodyLengthLimit = options.MaxFileBytes + FormBytes, ValueCountLimit = 64, ValueLengthLimit = FormBytes }, cancellationToken);
            if (form.Files["image"] is not { FileName.Length: > 0 } file)
                return (null, Answers.BadRequest("the form must have a file 'image' with a file name"));
            if (file.Length > options.MaxFileBytes) return (null, TooLarge(options));

            var type = form["type"].ToString() is { Length: > 0 } given ? given : FileName.Input;
            if (!FileName.IsType(type)) return (null, Answers.BadRequest($"type must be input, output or temp, got {PythonText.Repr(type)}"));
            var subfolder = form["subfolder"].ToString();
            if (FileName.TryMake(type, subfolder, file.FileName) is not { } place)
            {
                return (null, Answers.BadRequest(
                    $"the file must lie inside the {type} folder, got subfolder {PythonText.Repr(subfolder)} and filename {PythonText.Repr(file.FileName)}"));
            }

            return (new UploadForm(place, form["overwrite"].ToString() is "true" or "1", file, form["original_ref"].ToString()), null);
        }
        catch (InvalidDataException exception) when (exception.Message.Contains("body length limit", StringComparison.Ordinal))
        {
            return (null, TooLarge(options));
        }
        // An IOException: the form ends within one of its parts. One that is a BadHttpRequestException has a status of its own.
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return (null, Answers.BadRequest($"the form cannot be read: {exception.Message}"));
        }
    }

    private static IResult TooLarge(UploadOptions options) => Answers.Error(new ApiError(
        StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The file is larger than the limit of {options.MaxFileBytes} bytes."));

    private sealed record UploadForm(FileName Place, bool Overwrite, IFormFile File, string OriginalRef);
}
