using System.Text.Json;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>
/// The body of <c>POST /v1/images/generations</c>, by OpenAI's API reference ("Create image"). What the API has and we have not is refused
/// by name, unless it asks for what we do anyway.
/// </summary>
internal static class ImageRequestReader
{
    public const int MaxImages = 10;
    public const int MaxPromptLength = 32_000;

    private const int MaxNameLength = 256;

    /// <summary>Exactly one of the two is null.</summary>
    public static (ImageRequest? Request, ApiError? Error) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_type",
                $"Invalid body: expected an object, but got {root.ValueKind}."));
        }

        var fields = new RequestFields(root);
        var request = new ImageRequest
        {
            Prompt = Prompt(fields),
            Model = fields.Text("model", MaxNameLength),
            Count = (int)(fields.Whole("n", 1, MaxImages) ?? 1),
            Size = Size(fields),
            Quality = Quality(fields.Choice("quality", "auto", "low", "medium", "high", "standard", "hd")),
            AsUrl = fields.Choice("response_format", "b64_json", "url") == "url",
            Vivid = fields.Choice("style", "natural", "vivid") == "vivid",
            Seed = fields.Whole("seed", 0, long.MaxValue),
            User = fields.Text("user", MaxNameLength),
        };
        RejectUnsupported(fields);
        fields.RejectOthers(
            "prompt", "model", "n", "size", "quality", "response_format", "style", "seed", "user",
            "output_format", "output_compression", "background", "moderation", "stream", "partial_images");
        return fields.Error is { } error ? (null, error) : (request, null);
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

    private static ImageQuality Quality(string? text) => text switch
    {
        "low" => ImageQuality.Low,
        "high" or "hd" => ImageQuality.High,
        _ => ImageQuality.Medium,
    };

    private static void RejectUnsupported(RequestFields fields)
    {
        if (fields.Choice("output_format", "png", "jpeg", "webp") is { } format and not "png")
            Unsupported("output_format", format, "images are PNG");
        if (fields.Whole("output_compression", 0, 100) is { } level and not 100)
            Unsupported("output_compression", level, "PNG is lossless, which is 100");
        if (fields.Choice("background", "auto", "opaque", "transparent") == "transparent")
            Unsupported("background", "transparent", "the models make opaque images");
        if (fields.Flag("stream") == true) Unsupported("stream", "true", "images are answered whole");
        if (fields.Whole("partial_images", 0, 3) is { } previews and not 0) Unsupported("partial_images", previews, "images are answered whole");
        // There is no moderation to be less strict than; both values ask for nothing more.
        fields.Choice("moderation", "auto", "low");

        void Unsupported(string name, object value, string reason) =>
            fields.Fail<string>(name, "unsupported_value", $"Unsupported value: '{name}' cannot be '{value}' here; {reason}.");
    }
}
