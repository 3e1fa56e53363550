using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;
using Microsoft.AspNetCore.Http.Features;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>The multipart forms of <c>/v1/images/edits</c> and <c>variations</c>: texts, a picture and perhaps a mask.</summary>
internal static class ImageFormReader
{
    private const int MaxTextBytes = 1 << 20;
    private const int MaxFields = 64;

    private static readonly string[] Numbers = ["n", "output_compression", "partial_images", "seed", "strength"];

    public static async Task<(ImageForm? Form, ApiError? Error)> ReadAsync(HttpContext context, bool withMask, int maxPictureBytes)
    {
        var request = context.Request;
        if (!request.HasFormContentType)
        {
            return (null, new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
                $"The content type is '{request.ContentType}'; expected multipart/form-data."));
        }

        var limit = 2L * maxPictureBytes + MaxTextBytes;
        context.LimitBody(limit);
        try
        {
            var form = await request.ReadFormAsync(
                new FormOptions { MultipartBodyLengthLimit = limit, ValueLengthLimit = MaxTextBytes, ValueCountLimit = MaxFields, MemoryBufferThreshold = (int)Math.Min(limit, int.MaxValue) },
                context.RequestAborted);
            return await ReadAsync(form, withMask, maxPictureBytes, context.RequestAborted);
        }
        catch (InvalidDataException exception)
        {
            return (null, Unreadable(exception.Message));
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            return (null, Unreadable("It ends before its last boundary."));
        }
    }

    private static async Task<(ImageForm? Form, ApiError? Error)> ReadAsync(IFormCollection form, bool withMask, int maxBytes, CancellationToken cancellationToken)
    {
        foreach (var file in form.Files)
        {
            if (file.Name is not ("image" or "image[]") && !(withMask && file.Name == "mask"))
                return (null, Bad(file.Name, "unknown_parameter", $"Unknown parameter: '{file.Name}'."));
        }

        if (form.FirstOrDefault(text => text.Value.Count > 1).Key is { } repeated) return (null, Repeated(repeated));
        if (form.Files.Count(file => file.Name == "mask") > 1) return (null, Repeated("mask"));

        var pictures = form.Files.Where(file => file.Name != "mask").ToArray();
        if (pictures.Length == 0) return (null, Bad("image", "missing_required_parameter", "Missing required parameter: 'image'; it must be a file of the form."));
        if (pictures.Length > 1) return (null, Bad("image", "unsupported_value", $"{pictures.Length} images were sent; an image is made of one here."));

        var (picture, error) = await PictureAsync(pictures[0], "image", maxBytes, cancellationToken);
        if (picture is null) return (null, error);
        if (form.Files.GetFile("mask") is not { } maskFile) return (new ImageForm(Texts(form), picture, null), null);
        (var mask, error) = await PictureAsync(maskFile, "mask", maxBytes, cancellationToken);
        if (mask is null) return (null, error);
        return (mask.Width, mask.Height) == (picture.Width, picture.Height)
            ? (new ImageForm(Texts(form), picture, mask), null)
            : (null, Bad("mask", "invalid_image", $"The mask is {mask.Width}x{mask.Height}; expected the image's {picture.Width}x{picture.Height}."));
    }

    private static async Task<(Picture? Picture, ApiError? Error)> PictureAsync(IFormFile file, string name, int maxBytes, CancellationToken cancellationToken)
    {
        if (file.Length > maxBytes) return (null, Bad(name, "image_too_large", $"Invalid '{name}': it has {file.Length} bytes; expected at most {maxBytes}."));
        var bytes = new byte[file.Length];
        await using (var content = file.OpenReadStream()) await content.ReadExactlyAsync(bytes, cancellationToken);
        var (picture, found) = Picture.Read(bytes);
        return picture is not null ? (picture, null) : (null, Bad(name, "invalid_image", $"Invalid '{name}': expected {Picture.Expected}, but got {found}."));
    }

    /// <summary>As the same members would be in JSON, so that one reader serves both.</summary>
    private static JsonElement Texts(IFormCollection form)
    {
        var texts = new JsonObject();
        foreach (var (name, values) in form) texts[name] = Value(name, values[0] ?? "");
        return JsonSerializer.SerializeToElement(texts);
    }

    private static JsonNode Value(string name, string text)
    {
        if (name == "stream" && bool.TryParse(text, out var flag)) return flag;
        if (!Numbers.Contains(name)) return text;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : text;
    }

    private static ApiError Repeated(string param) => Bad(param, "duplicate_parameter", $"The parameter '{param}' was sent more than once.");

    private static ApiError Unreadable(string problem) => new(StatusCodes.Status400BadRequest, "invalid_form", $"The form cannot be read: {problem}");

    private static ApiError Bad(string param, string code, string message) => new(StatusCodes.Status400BadRequest, code, message) { Param = param };
}

internal sealed record ImageForm(JsonElement Texts, Picture Picture, Picture? Mask);
