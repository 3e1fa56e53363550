using System.Text.Json;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>
/// The members of the requests for images, by OpenAI's API reference ("Create image", "Create image edit", "Create image variation"). What the
/// API has and we have not is refused by name, unless it asks for what we do anyway.
/// </summary>
internal static class ImageRequestReader
{
    public const int MaxImages = 10;
    public const int MaxPromptLength = 32_000;

    private const int MaxNameLength = 256;
    private const double EditStrength = 0.75;
    private const double FaithfulEditStrength = 0.5;
    private const double VariationStrength = 0.6;

    /// <summary>The body of <c>/v1/images/generations</c>. Exactly one of the two is null.</summary>
    public static (ImageRequest? Request, ApiError? Error) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_type",
                $"Invalid body: expected an object, but got {root.ValueKind}."));
        }

        var fields = new RequestFields(root);
        var request = Common(fields) with
        {
            Prompt = Prompt(fields),
            Quality = Quality(fields),
            Vivid = fields.Choice("style", "natural", "vivid") == "vivid",
        };
        fields.RejectOthers(
            "prompt", "model", "n", "size", "quality", "response_format", "style", "seed", "user",
            "output_format", "output_compression", "background", "moderation", "stream", "partial_images");
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    /// <summary>The texts of the form of <c>/v1/images/edits</c>.</summary>
    public static (ImageRequest? Request, ApiError? Error) ReadEdit(JsonElement form, Picture picture, Picture? mask)
    {
        var fields = new RequestFields(form);
        var faithful = fields.Choice("input_fidelity", "low", "high") == "high";
        var strength = mask is not null ? 1 : faithful ? FaithfulEditStrength : EditStrength;
        var request = Common(fields) with
        {
            Prompt = Prompt(fields),
            Quality = Quality(fields),
            Picture = picture,
            Mask = mask,
            Strength = fields.Real("strength", 0.01, 1) ?? strength,
        };
        fields.RejectOthers(
            "prompt", "model", "n", "size", "quality", "response_format", "seed", "user", "strength", "input_fidelity",
            "output_format", "output_compression", "background", "moderation", "stream", "partial_images");
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    /// <summary>The texts of the form of <c>/v1/images/variations</c>.</summary>
    public static (ImageRequest? Request, ApiError? Error) ReadVariation(JsonElement form, Picture picture)
    {
        var fields = new RequestFields(form);
        var request = Common(fields) with { Picture = picture, Strength = fields.Real("strength", 0.01, 1) ?? VariationStrength };
        fields.RejectOthers("model", "n", "size", "response_format", "seed", "user", "strength");
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    private static ImageRequest Common(RequestFields fields)
    {
        var request = new ImageRequest
        {
            Prompt = "",
            Model = fields.Text("model", MaxNameLength),
            Count = (int)(fields.Whole("n", 1, MaxImages) ?? 1),
            Size = Size(fields),
            AsUrl = fields.Choice("response_format", "b64_json", "url") is { } format ? format == "url" : null,
            Seed = fields.Whole("seed", 0, long.MaxValue),
            User = fields.Text("user", MaxNameLength),
            Format = fields.Choice("output_format", "png", "jpeg", "webp") ?? "png",
            Stream = fields.Flag("stream") ?? false,
            PartialImages = (int)(fields.Whole("partial_images", 0, 3) ?? 0),
        };
        RejectUnsupported(fields, request);
        return request;
    }

    private static string Prompt(RequestFields fields)
    {
        var prompt = fields.Text("prompt", MaxPromptLength);
        if (string.IsNullOrWhiteSpace(prompt)) fields.Fail<string>("prompt", "missing_required_parameter", "Missing required parameter: 'prompt'.");
        return prompt ?? "";
    }

    private static ImageSize? Size(RequestFields fields)
    {
        if (fields.Text("size", MaxNameLength) is not { } text || text == "auto") return null;
        if (ImageSize.TryParse(text, out var size)) return size;
        fields.Fail<string>("size", "invalid_value", $"Invalid value: '{text}'. Supported values for 'size' are: 'auto' or {ImageSize.Expected}.");
        return null;
    }

    private static ImageQuality Quality(RequestFields fields) => fields.Choice("quality", "auto", "low", "medium", "high", "standard", "hd") switch
    {
        "low" => ImageQuality.Low,
        "high" or "hd" => ImageQuality.High,
        _ => ImageQuality.Medium,
    };

    private static void RejectUnsupported(RequestFields fields, ImageRequest request)
    {
        if (fields.Whole("output_compression", 0, 100) is { } level and not 100)
            Unsupported("output_compression", level, "how images are compressed is the model server's choice");
        if (fields.Choice("background", "auto", "opaque", "transparent") == "transparent")
            Unsupported("background", "transparent", "the models make opaque images");
        if (request is { PartialImages: > 0, Stream: false }) Unsupported("partial_images", request.PartialImages, "they need 'stream': true");
        if (request is { AsUrl: true, Stream: true }) Unsupported("response_format", "url", "events carry the images themselves");
        // There is no moderation to be less strict than; both values ask for nothing more.
        fields.Choice("moderation", "auto", "low");

        void Unsupported(string name, object value, string reason) =>
            fields.Fail<string>(name, "unsupported_value", $"Unsupported value: '{name}' cannot be '{value}' here; {reason}.");
    }
}
